package judge;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CertificateVerifier;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;

/**
 * Main ANCHOR.pem…: judges each file named on standard input, with nothing fetched, and prints one JSON line a file:
 * {"file", "signatures": [{"indication", "sub", "level", "intact", "changed"}]} or {"file", "error"}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        for (String anchor : arguments) {
            trusted.addCertificate(DSSUtils.loadCertificate(new File(anchor)));
        }
        BufferedReader names = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String file = names.readLine(); file != null; file = names.readLine()) {
            System.out.println(judge(file, trusted));
        }
    }

    private static String judge(String file, CommonTrustedCertificateSource trusted) {
        try {
            CertificateVerifier verifier = new CommonCertificateVerifier();
            verifier.setTrustedCertSources(trusted);
            SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
            validator.setCertificateVerifier(verifier);
            Reports reports = validator.validateDocument();
            SimpleReport simple = reports.getSimpleReport();
            DiagnosticData data = reports.getDiagnosticData();
            List<String> found = new ArrayList<>();
            for (SignatureWrapper one : data.getSignatures()) {
                String id = one.getId();
                boolean changed = one.arePdfModificationsDetected()
                        || (one.getPdfUndefinedChanges() != null && !one.getPdfUndefinedChanges().isEmpty());
                found.add("{\"indication\": " + quote(simple.getIndication(id)) + ", \"sub\": "
                        + quote(simple.getSubIndication(id)) + ", \"level\": " + quote(simple.getSignatureFormat(id))
                        + ", \"intact\": " + (one.isSignatureIntact() && one.isSignatureValid()) + ", \"changed\": "
                        + changed + "}");
            }
            return "{\"file\": " + quote(file) + ", \"signatures\": [" + String.join(", ", found) + "]}";
        } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError error) {
            return "{\"file\": " + quote(file) + ", \"error\": " + quote(error.getClass().getSimpleName()) + "}";
        }
    }

    private static String quote(Object value) {
        return "\"" + String.valueOf(value).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
