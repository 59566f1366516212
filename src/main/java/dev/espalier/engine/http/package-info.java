/// Policies and reward models behind HTTP: OpenAI-compatible servers, several of one model as a pool.
@NullMarked
package dev.espalier.engine.http;

import org.jspecify.annotations.NullMarked;
