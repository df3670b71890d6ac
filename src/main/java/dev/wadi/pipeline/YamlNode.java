package dev.wadi.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
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

  private final Node node;

  private YamlNode(Node node) {
    this.node = node;
  }

  public static YamlNode parse(String text) throws PipelineFileException {
    var settings = LoadSettings.builder().setCodePointLimit(MAX_CHARACTERS).build();
    try {
      var root = new Compose(settings).composeString(text);
      return new YamlNode(
          root.orElseThrow(
              () -> new PipelineFileException(0, "is empty; write a route or delete the file")));
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new PipelineFileException(line, "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw new PipelineFileException(0, "is not YAML: " + e.getMessage());
    }
  }

  /** From 1. */
  public int line() {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
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
