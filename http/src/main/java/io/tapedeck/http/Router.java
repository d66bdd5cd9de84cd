package io.tapedeck.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jetty.http.pathmap.MatchedResource;
import org.eclipse.jetty.http.pathmap.PathMappings;
import org.eclipse.jetty.http.pathmap.PathSpec;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.http.pathmap.UriTemplatePathSpec;
import org.jspecify.annotations.Nullable;

/**
 * The table of routes. A line has a method, a path template ({@code /v1/conversions/{id}}) and the
 * route that answers. The classes of each role add their own lines. A template without a HEAD line
 * answers HEAD with its GET line.
 */
public final class Router {
  private final PathMappings<Map<String, Route>> mappings = new PathMappings<>();
  private final Map<String, Map<String, Route>> table = new TreeMap<>();
  private volatile @Nullable Router successor;

  /**
   * Adds a line. A template that ends in {@code /*} matches everything below; that part of the path
   * is named {@code *}. A second line for the same method and template is an error.
   */
  public Router on(String method, String template, Route route) {
    Map<String, Route> methods =
        table.computeIfAbsent(
            template,
            key -> {
              Map<String, Route> fresh = new HashMap<>();
              mappings.put(spec(key), fresh);
              return fresh;
            });
    if (methods.putIfAbsent(method, route) != null) {
      throw new IllegalStateException("two routes for " + method + " " + template);
    }
    return this;
  }

  /**
   * Method and template of every line, such as {@code GET /livez}. The API description is checked
   * against these.
   */
  public Set<String> lines() {
    Set<String> lines = new TreeSet<>();
    table.forEach((template, methods) ->
        methods.keySet().forEach(method -> lines.add(method + " " + template)));
    return lines;
  }

  /**
   * From the next request on, the other table answers. For a server that listens before it can
   * work.
   */
  public void becomes(Router other) {
    successor = other;
  }

  /**
   * The method when some line has it, else {@code other}, so that a client cannot invent labels.
   */
  String known(String method) {
    Router next = successor;
    if (next != null) {
      return next.known(method);
    }
    boolean ours =
        method.equals("HEAD")
            || table.values().stream().anyMatch(methods -> methods.containsKey(method));
    return ours ? method : "other";
  }

  private static PathSpec spec(String template) {
    return template.endsWith("*")
        ? new ServletPathSpec(template)
        : new UriTemplatePathSpec(template);
  }

  @Nullable Match match(String path) {
    Router next = successor;
    if (next != null) {
      return next.match(path);
    }
    MatchedResource<Map<String, Route>> matched = mappings.getMatched(path);
    if (matched == null) {
      return null;
    }
    String template = matched.getPathSpec().getDeclaration();
    Map<String, String> parameters =
        matched.getPathSpec() instanceof UriTemplatePathSpec uri
            ? uri.getPathParams(path)
            : Map.of("*", path.substring(Math.min(path.length(), template.length() - 1)));
    return new Match(template, parameters, matched.getResource());
  }

  /** The line that a path matches. */
  record Match(String template, Map<String, String> parameters, Map<String, Route> methods) {
    @Nullable Route route(String method) {
      Route exact = methods.get(method);
      return exact == null && method.equals("HEAD") ? methods.get("GET") : exact;
    }

    String allow() {
      Set<String> allowed = new TreeSet<>(methods.keySet());
      if (allowed.contains("GET")) {
        allowed.add("HEAD");
      }
      return String.join(", ", allowed);
    }
  }
}
