#include "scale_fleet/metrics/metric_source.hpp"
#include "support/catch.hpp"
