/// What a search is made of and leaves behind: configuration, requests, events, and the tree and timeline that are projections of them.
@NullMarked
package dev.espalier.search.log;

import org.jspecify.annotations.NullMarked;
