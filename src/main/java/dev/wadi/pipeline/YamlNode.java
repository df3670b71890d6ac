package dev.wadi.pipeline;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A piece of a YAML text that knows where it stands. */
public final class YamlNode {

  private static final int MAX_CHARACTERS = 1_048_576;
  private static final int MAX_DEPTH = 100;

  /** Each use of an alias may double what a text means. */
  private static final int MAX_ALIASES = 20;

  private final Node node;

  private YamlNode(Node node) {
    this.node = node;
  }

  public static YamlNode parse(String text) throws PipelineFileException {
    var settings =
        LoadSettings.builder()
            .setCodePointLimit(MAX_CHARACTERS)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .build();
    try {
      requireBounded(new Parse(settings).parseString(text));
      var root = new Compose(settings).composeString(text);
      return new YamlNode(
          root.orElseThrow(
              () -> new PipelineFileException(0, "is empty; write a route or delete the file")));
    } catch (MarkedYamlEngineException e) {
      throw new PipelineFileException(lineOf(e.getProblemMark()), "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new PipelineFileException(0, "is not YAML: " + e.getMessage());
    }
  }

  /** Whoever goes down the tree may do so by recursion: it ends, and soon. */
  private static void requireBounded(Iterable<Event> events) throws PipelineFileException {
    var around = new ArrayDeque<String>();
    for (var event : events) {
      if (event instanceof CollectionStartEvent start) {
        around.push(start.getAnchor().map(Anchor::getValue).orElse(""));
        require(
            around.size() <= MAX_DEPTH,
            event,
            "is nested more than " + MAX_DEPTH + " levels deep; take levels out");
      } else if (event instanceof CollectionEndEvent) {
        around.pop();
      } else if (event instanceof AliasEvent alias) {
        var name = alias.getAlias().getValue();
        require(
            !around.contains(name),
            event,
            "alias '*" + name + "' stands inside of what it means; write out what is meant");
      }
    }
  }

  private static void require(boolean holds, Event event, String rule)
      throws PipelineFileException {
    if (!holds) {
      throw new PipelineFileException(lineOf(event.getStartMark()), rule);
    }
  }

  private static int lineOf(Optional<Mark> mark) {
    return mark.map(place -> place.getLine() + 1).orElse(0);
  }

  /** From 1. */
  public int line() {
    return lineOf(node.getStartMark());
  }

  /** From 0. */
  int column() {
    return node.getStartMark().map(mark -> mark.getColumn()).orElse(0);
  }

  /** Where it begins, in code points. */
  int start() {
    return node.getStartMark().map(mark -> mark.getIndex()).orElse(0);
  }

  /** Where it ends, in code points. */
  int end() {
    return node.getEndMark().map(mark -> mark.getIndex()).orElse(0);
  }

  /** The text of a scalar; null if it is none. */
  public @Nullable String text() {
    return node instanceof ScalarNode scalar ? scalar.getValue() : null;
  }

  /** The items of a list; empty if it is none. */
  public List<YamlNode> items() {
    return node instanceof SequenceNode list
        ? list.getValue().stream().map(YamlNode::new).toList()
        : List.of();
  }

  /** The values of an object by their names, in the order of the text; empty if it is none. */
  public Map<String, YamlNode> fields() {
    var fields = new LinkedHashMap<String, YamlNode>();
    tuples()
        .forEach(
            field -> {
              if (field.getKeyNode() instanceof ScalarNode name) {
                fields.put(name.getValue(), new YamlNode(field.getValueNode()));
              }
            });
    return fields;
  }

  public @Nullable YamlNode field(String name) {
    return fields().get(name);
  }

  /** Where the name of a field stands; null if there is no such field. */
  @Nullable YamlNode nameOf(String field) {
    return tuples().stream()
        .map(NodeTuple::getKeyNode)
        .filter(key -> key instanceof ScalarNode name && name.getValue().equals(field))
        .map(YamlNode::new)
        .findFirst()
        .orElse(null);
  }

  private List<NodeTuple> tuples() {
    return node instanceof MappingNode object ? object.getValue() : List.of();
  }
}
