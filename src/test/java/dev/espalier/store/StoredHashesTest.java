package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.problem.Problem;
import org.junit.jupiter.api.Test;

/// The keys in existing databases. A change would store every problem a second time and grade every answer again.
class StoredHashesTest {
    private static final Problem PROBLEM = new Problem("p1", "Wie groß ist ½?", "0.5", null, "Algebra", 3);

    @Test
    void aProblemKeepsItsHash() {
        assertThat(Catalogue.hash(PROBLEM))
                .isEqualTo("523cdb1ecea2e8d12d1becc017cc5e4464b20d93d7d143c5329b41056672cdb5");
        var choice = new Problem("p1", "Wie groß ist ½?", "0.5", null, "Algebra", 3, "choice", "{}");
        assertThat(Catalogue.hash(choice))
                .isEqualTo("734406e2e2318f993896cb6d78faf053acd21c81a650035abb617f4b4e12a955");
    }

    @Test
    void anAnswerKeepsItsHash() {
        assertThat(RunStore.answerHash("½ é"))
                .isEqualTo("f6aac235651bfd69e0311fee1bbfaa64df201fbffb707e4668af35f33ce6271d");
    }
}
