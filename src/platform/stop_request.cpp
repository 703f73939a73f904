#include "scale_fleet/platform/stop_request.hpp"
