/// Searches as logs of events: strategies that ask and are told, the driver, the tree, reductions and votes, and the ports to the models.
@NullMarked
package dev.espalier.search;

import org.jspecify.annotations.NullMarked;
