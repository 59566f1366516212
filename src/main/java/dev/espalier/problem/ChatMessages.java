package dev.espalier.problem;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads chats: lists of objects with `role` and `content`, or `from` and `value`.
public final class ChatMessages {
    private ChatMessages() {}

    private record Message(String role, String text) {
        boolean isUser() {
            return role.equals("user") || role.equals("human");
        }

        boolean isAssistant() {
            return role.equals("assistant") || role.equals("gpt") || role.equals("model") || role.equals("bot");
        }
    }

    private static List<Message> messages(JsonNode chat) {
        var messages = new ArrayList<Message>();
        for (var element : chat) {
            var role = element.path("role").asString(element.path("from").asString(""));
            var text = text(element.has("content") ? element.path("content") : element.path("value"));
            if (!role.isEmpty() && text != null) messages.add(new Message(role.toLowerCase(Locale.ROOT), text));
        }
        return messages;
    }

    /// The last message of a user; of a list of one text, that text. Null if there is neither.
    static @Nullable String question(JsonNode chat) {
        if (!chat.isArray()) return null;
        if (chat.size() == 1 && chat.path(0).isString()) return text(chat.path(0));
        return messages(chat).stream()
                .filter(Message::isUser)
                .map(Message::text)
                .reduce((_, last) -> last)
                .orElse(null);
    }

    /// The text of the last message if the model wrote it, else null.
    public static @Nullable String answer(JsonNode chat) {
        if (!chat.isArray()) return null;
        var messages = messages(chat);
        return messages.isEmpty() || !messages.getLast().isAssistant()
                ? null
                : messages.getLast().text();
    }

    /// A message's content: text, or parts of which some are text. Null if there is no text.
    public static @Nullable String text(JsonNode content) {
        if (content.isString()) return content.stringValue().isBlank() ? null : content.stringValue();
        if (!content.isArray()) return null;
        var text = new StringBuilder();
        for (var part : content)
            text.append(part.isString() ? part.stringValue() : part.path("text").asString(""));
        return text.toString().isBlank() ? null : text.toString();
    }
}
