package dev.wadi.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {

  @TempDir private Path folder;

  @Test
  void sealed_opens_with_its_key_for_its_purpose_only() {
    var box = new SecretBox(() -> new byte[32]);
    var sealed = box.seal("webhook 'a': its secret", "canary");
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("canary");
    assertThat(box.open("webhook 'a': its secret", sealed)).isEqualTo("canary");
    assertThat(box.seal("webhook 'a': its secret", "canary")).isNotEqualTo(sealed);
    assertThatThrownBy(() -> box.open("webhook 'b': its secret", sealed))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("webhook 'b': its secret: cannot be decrypted");
    var other = new byte[32];
    other[0] = 1;
    assertThatThrownBy(() -> new SecretBox(() -> other).open("webhook 'a': its secret", sealed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_previous_key_opens_and_seals_no_more() {
    var before = new SecretBox(() -> key(1));
    var sealed = before.seal("it", "canary");
    var both = new SecretBox(() -> key(2), List.of(() -> key(1)));

    assertThat(both.open("it", sealed)).isEqualTo("canary");
    assertThat(new SecretBox(() -> key(2)).open("it", both.seal("it", "canary")))
        .isEqualTo("canary");
  }

  @Test
  void a_key_of_a_file_must_be_there_and_whole() throws IOException {
    var file = folder.resolve("mounted.key");
    assertThatThrownBy(() -> SecretKeySource.in(file).get())
        .hasMessageContaining("mounted.key")
        .hasMessageContaining("wadi.secret-key-file");
    Files.writeString(file, "short");
    assertThatThrownBy(() -> SecretKeySource.in(file).get())
        .hasMessageContaining("must be base64 of 32 bytes")
        .hasMessageNotContaining("short");
    Files.writeString(file, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
    assertThat(SecretKeySource.in(file).get()).hasSize(SecretKeySource.KEY_BYTES);
  }

  private static byte[] key(int first) {
    var key = new byte[SecretKeySource.KEY_BYTES];
    key[0] = (byte) first;
    return key;
  }

  @Test
  void key_file_is_made_once_and_for_its_owner_only() throws IOException {
    var file = folder.resolve(".wadi").resolve("secret.key");
    var made = new SecretKeySource("", file).get();
    assertThat(made).hasSize(SecretKeySource.KEY_BYTES);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(new SecretKeySource("", file).get()).isEqualTo(made);
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
