#pragma once

#include "policy/question.hpp"
#include "scale_fleet/policy/bounds.hpp"

namespace scale_fleet {

/// Lets a decision of rules go no further than cool-downs, settling, rate limits and bounds allow,
/// in this order, and says in its limits what each of them did and for how long it will. Its
/// direction stays or becomes none.
void brake(Decision& decision, const Question& question, const HeldBounds& bounds);

/// The same for a decision of alerts, which has settled where it comes from.
void brake_alert(Decision& decision, const Question& question, const HeldBounds& bounds);

}  // namespace scale_fleet
