package judge;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Reads lines of a flavour, a blank and a file, and answers each with one JSON line: {"file", "flavour", "valid",
 * "failed": {rule: [times, description]}} or {"file", "error"}. It ends with its input.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        VeraGreenfieldFoundryProvider.initialise();
        PrintStream answers = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = questions.readLine(); line != null; line = questions.readLine()) {
            int blank = line.indexOf(' ');
            answers.println(judge(line.substring(blank + 1), PDFAFlavour.fromString(line.substring(0, blank))));
        }
    }

    private static String judge(String file, PDFAFlavour flavour) {
        try (InputStream content = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(content, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 1000, false, false, false)) {
            ValidationResult result = validator.validate(parser);
            Map<String, Integer> times = new TreeMap<>();
            Map<String, String> described = new TreeMap<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                    times.merge(rule, 1, Integer::sum);
                    described.put(rule, assertion.getMessage() + " @ " + assertion.getLocation().getContext());
                }
            }
            StringBuilder failed = new StringBuilder();
            for (Map.Entry<String, Integer> entry : times.entrySet()) {
                failed.append(failed.length() == 0 ? "" : ", ")
                        .append(quote(entry.getKey())).append(": [").append(entry.getValue()).append(", ")
                        .append(quote(described.get(entry.getKey()))).append("]");
            }
            return "{\"file\": " + quote(file) + ", \"flavour\": " + quote(flavour.getId()) + ", \"valid\": "
                    + result.isCompliant() + ", \"failed\": {" + failed + "}}";
        } catch (Exception | LinkageError error) {
            return "{\"file\": " + quote(file) + ", \"error\": " + quote(String.valueOf(error)) + "}";
        }
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char sign : text.toCharArray()) {
            if (sign == '"' || sign == '\\') {
                quoted.append('\\').append(sign);
            } else if (sign < ' ') {
                quoted.append(String.format("\\u%04x", (int) sign));
            } else {
                quoted.append(sign);
            }
        }
        return quoted.append('"').toString();
    }
}
