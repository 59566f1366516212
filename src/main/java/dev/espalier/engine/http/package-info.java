/// Policies and reward models behind HTTP: OpenAI-compatible servers, one or several of one model as one pool.
@NullMarked
package dev.espalier.engine.http;

import org.jspecify.annotations.NullMarked;
