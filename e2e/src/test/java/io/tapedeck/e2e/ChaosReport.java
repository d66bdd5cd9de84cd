package io.tapedeck.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What a server made of the videos it was handed, and whether that is as it must be.
 *
 * @param table for people
 * @param broken what must not be; empty when all is well
 */
record ChaosReport(String table, List<String> broken) {
  /**
   * What is kept when all has come to its end.
   *
   * @param videos keys of stored videos
   * @param mp3s keys of stored results, each beginning with its conversion's id and a dot
   * @param mails for each e-mail the conversion it is about
   * @param drafts of uploads and results that were never finished
   * @param scratch files of converters
   */
  record Remains(
      List<String> videos,
      List<String> mp3s,
      List<String> mails,
      List<String> drafts,
      List<String> scratch) {}

  /**
   * @param handedOver how many videos
   * @param story what was done, for the table's head
   * @param accepted what clients were told: the conversion's id by the video's name
   * @param conversions what the server lists
   * @param twice how many e-mails may have come twice, mail having no transactions
   */
  static ChaosReport of(
      int handedOver,
      Map<String, Object> story,
      Map<String, String> accepted,
      List<JsonNode> conversions,
      Remains remains,
      int twice) {
    Findings found = new Findings(accepted, conversions, remains);
    Map<String, Object> rows = new LinkedHashMap<>();
    List<String> broken = new ArrayList<>();
    rows.put("handed over", handedOver);
    rows.putAll(story);
    rows.put("accepted", accepted.size());
    rows.put("Ready", found.ready.size());
    found.failed.forEach((reason, count) -> rows.put("Failed: " + reason, count));
    rows.put("other states", found.unended);
    rows.put("lost", found.lost);
    rows.put("doubled conversions", found.doubled);
    rows.put("conversions with several results", found.severalResults);
    rows.put("e-mails: none", found.mails(0));
    rows.put("e-mails: one", found.mails(1));
    rows.put("e-mails: two or more", found.mails(2));
    rows.put("orphan videos", found.orphanVideos.size());
    rows.put("orphan MP3s", found.orphanMp3s.size());
    rows.put("unfinished uploads", remains.drafts().size());
    rows.put("scratch files", remains.scratch().size());
    must(broken, accepted.size() == handedOver, "not all were accepted");
    must(broken, found.ready.size() == accepted.size(), "not all accepted became Ready");
    must(broken, found.lost == 0, "accepted and lost");
    must(broken, found.doubled == 0, "one video became two conversions");
    must(broken, found.severalResults == 0, "one conversion has several results");
    must(broken, found.missing.isEmpty(), "Ready without a result: " + found.missing);
    must(broken, found.mails(0) == 0, "an end without an e-mail");
    must(broken, found.mails(2) <= twice, "an end with several e-mails");
    must(broken, found.orphanVideos.isEmpty(), "orphan videos: " + found.orphanVideos);
    must(broken, found.orphanMp3s.isEmpty(), "orphan MP3s: " + found.orphanMp3s);
    must(broken, remains.drafts().isEmpty(), "orphan drafts: " + remains.drafts());
    must(broken, remains.scratch().isEmpty(), "scratch files: " + remains.scratch());
    StringBuilder table = new StringBuilder();
    rows.forEach((name, value) -> table.append("%-34s %s%n".formatted(name, value)));
    return new ChaosReport(table.toString(), broken);
  }

  private static void must(List<String> broken, boolean holds, String otherwise) {
    if (!holds) {
      broken.add(otherwise);
    }
  }

  /** What follows from the conversions and from what is kept. */
  private static final class Findings {
    final Set<String> ready = new HashSet<>();
    final Map<String, Integer> failed = new TreeMap<>();
    final List<String> missing = new ArrayList<>();
    final List<String> orphanVideos = new ArrayList<>();
    final List<String> orphanMp3s = new ArrayList<>();
    private final Map<String, Integer> mails = new HashMap<>();
    int unended;
    int lost;
    int doubled;
    int severalResults;

    Findings(Map<String, String> accepted, List<JsonNode> conversions, Remains remains) {
      Map<String, Integer> names = new HashMap<>();
      Set<String> ids = new HashSet<>();
      for (JsonNode conversion : conversions) {
        ids.add(Api.id(conversion));
        names.merge(conversion.get("video").get("name").asString(), 1, Integer::sum);
        state(conversion);
      }
      doubled = (int) names.values().stream().filter(count -> count > 1).count();
      lost = (int) accepted.values().stream().filter(id -> !ids.contains(id)).count();
      results(remains.mp3s());
      for (String video : remains.videos()) {
        if (!ids.contains(video) || ready.contains(video)) {
          orphanVideos.add(video);
        }
      }
      for (String about : remains.mails()) {
        mails.computeIfPresent(about, (id, count) -> count + 1);
      }
    }

    private void state(JsonNode conversion) {
      switch (Api.state(conversion)) {
        case "ready" -> {
          ready.add(Api.id(conversion));
          mails.put(Api.id(conversion), 0);
        }
        case "failed" -> {
          JsonNode problem = conversion.get("problem");
          String reason = problem.get("code").asString() + ", " + problem.get("detail").asString();
          failed.merge(reason, 1, Integer::sum);
          mails.put(Api.id(conversion), 0);
        }
        default -> unended++;
      }
    }

    private void results(List<String> mp3s) {
      Map<String, Integer> results = new HashMap<>();
      for (String mp3 : mp3s) {
        String id = mp3.replaceFirst("\\..*", "");
        if (ready.contains(id)) {
          results.merge(id, 1, Integer::sum);
        } else {
          orphanMp3s.add(mp3);
        }
      }
      severalResults = (int) results.values().stream().filter(count -> count > 1).count();
      ready.stream().filter(id -> !results.containsKey(id)).forEach(missing::add);
    }

    /** How many ends have none, one, or two and more e-mails. */
    int mails(int count) {
      return (int) mails.values().stream().filter(n -> Math.min(n, 2) == count).count();
    }
  }
}
