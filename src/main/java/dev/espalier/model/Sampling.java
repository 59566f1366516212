package dev.espalier.model;

import dev.espalier.EspalierException;

/// How a policy draws what it writes, by modality; part of a run's configuration.
public sealed interface Sampling permits Generation, Sampling.Image {

    /// Text settings, for a model that writes text.
    ///
    /// @throws EspalierException where they are of another modality
    default Generation text() {
        throw new EspalierException("These sampling settings are for pictures, and this policy writes text. Choose a policy that makes pictures.");
    }

    /// Pictures made by denoising.
    ///
    /// @param steps    denoising steps
    /// @param guidance classifier-free guidance scale; at most 1 is without (Ho, Salimans 2022)
    /// @param width    in pixels
    /// @param height   in pixels
    record Image(int steps, double guidance, int width, int height) implements Sampling {
        private static final int MAX_STEPS = 1000;
        private static final int MAX_SIDE = 4096;

        public Image {
            if (steps < 1 || steps > MAX_STEPS) throw new EspalierException("Denoising steps must lie between 1 and " + MAX_STEPS + ", not " + steps + ".");
            if (!(guidance >= 0 && guidance <= 100)) throw new EspalierException("Guidance must lie between 0 and 100, not " + guidance + ".");
            if (width < 1 || width > MAX_SIDE || height < 1 || height > MAX_SIDE)
                throw new EspalierException("A picture's sides must lie between 1 and " + MAX_SIDE + " pixels, not " + width + " × " + height + ".");
        }
    }
}
