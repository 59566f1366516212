package dev.espalier.experiment.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The result of checking an endpoint.
///
/// @param field    the wrong field, null if the endpoint can be used
/// @param message  what was found, or what is wrong and what to do
/// @param models   the models that the servers list
public record EndpointReport(EndpointSpec.@Nullable Field field, String message, List<String> models) {
    public boolean good() {
        return field == null;
    }
}
