/// Opens local models as the `LanguageModel` and `RewardModel` that searches call.
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
