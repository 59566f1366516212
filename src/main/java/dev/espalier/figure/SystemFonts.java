package dev.espalier.figure;

import dev.espalier.io.NativeLibraries;
import java.awt.Font;
import java.util.Locale;

/// The fonts that Java2D finds on this system.
///
/// When Java2D looks for the first font it writes a list of all fonts to `.java/fonts` below the folder that the
/// property `user.home` names, and no other setting moves it. So the first look happens here, while that property names
/// a folder of Espalier (docs/decisions/0090). Every figure takes its fonts from a [Theme], which asks here first.
final class SystemFonts {
    private static final String HOME = "user.home";

    static {
        // Before the property changes: the Espalier folder itself lies below the user's home folder.
        var folder = NativeLibraries.folder().resolve("java").toString();
        var home = System.getProperty(HOME);
        System.setProperty(HOME, folder);
        try {
            resolved(Font.SANS_SERIF);
        } finally {
            System.setProperty(HOME, home);
        }
    }

    private SystemFonts() {}

    static boolean contains(String family) {
        return resolved(family).equals(family);
    }

    private static String resolved(String family) {
        return new Font(family, Font.PLAIN, 12).getFamily(Locale.ROOT);
    }
}
