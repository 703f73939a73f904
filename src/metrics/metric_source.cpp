#include "scale_fleet/metrics/metric_source.hpp"
