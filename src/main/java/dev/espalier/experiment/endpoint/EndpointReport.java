package dev.espalier.experiment.endpoint;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of asking an endpoint's servers.
///
/// @param field  where it is wrong, null where it can be used
/// @param words  what was found, or what is wrong and what to do
/// @param models that the servers have, as far as they say
public record EndpointReport(EndpointSpec.@Nullable Field field, String words, List<String> models) {
    public boolean good() {
        return field == null;
    }
}
