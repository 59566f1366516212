/// Files that every room needs: a person's Espalier folder and what lies in it.
@NullMarked
package dev.espalier.io;

import org.jspecify.annotations.NullMarked;
