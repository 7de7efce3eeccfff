package judge;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import no.difi.asic.AsicReader;
import no.difi.asic.AsicReaderFactory;
import no.difi.asic.SignatureMethod;
import no.ks.fiks.io.asice.AsicHandler;
import no.ks.fiks.io.asice.model.Content;
import no.ks.fiks.io.asice.model.KeystoreHolder;
import no.ks.fiks.io.asice.model.StreamContent;
import no.ks.kryptering.CMSKrypteringImpl;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAESOAEPparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataStreamGenerator;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyTransRecipientInfoGenerator;

/**
 * Opens and makes payloads with KS's libraries, one command a line of standard input, fields apart by tabs:
 * open KEY FILE; make CERT P12 PASSWORD OUT FILE...; twice CERT OUT FILE (two recipients, as KS's .NET writes them).
 * Answers one line each: OPENED or MADE with what was found, or REFUSED with the reason.
 */
public final class Payloads {
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(4);

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; ) {
            out.println(answer(line.split("\t")));
        }
        System.exit(0);
    }

    private static String answer(String[] command) {
        try {
            switch (command[0]) {
                case "open":
                    return "OPENED\t" + String.join("\t", open(command[1], Path.of(command[2])));
                case "make":
                    make(command);
                    return "MADE";
                case "twice":
                    twice(command[1], Path.of(command[2]), Path.of(command[3]));
                    return "MADE";
                default:
                    return "REFUSED\tno such command";
            }
        } catch (Throwable problem) {
            return "REFUSED\t" + String.valueOf(problem.getMessage()).replaceAll("\\s+", " ");
        }
    }

    /** Decrypts, then verifies: KS's own handler loses the reason of a refusal in a thread. */
    private static List<String> open(String key, Path file) throws Exception {
        byte[] container;
        try (InputStream in = new CMSKrypteringImpl().dekrypterData(Files.newInputStream(file), privateKey(key))) {
            container = in.readAllBytes();
        }
        AsicReader reader = AsicReaderFactory.newFactory(SignatureMethod.CAdES).open(new ByteArrayInputStream(container));
        List<String> found = new ArrayList<>();
        for (String name; (name = reader.getNextFile()) != null; ) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.writeFile(content);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.toByteArray());
            found.add(name + " " + content.size() + " " + HexFormat.of().formatHex(digest));
        }
        if (reader.getAsicManifest().getCertificate().isEmpty()) {
            throw new IOException("unsigned");
        }
        return found;
    }

    private static void make(String[] command) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(command[2]))) {
            store.load(in, command[3].toCharArray());
        }
        KeystoreHolder holder = KeystoreHolder.builder().withKeyStore(store).withKeyStorePassword(command[3])
            .withKeyAlias(store.aliases().nextElement()).withKeyPassword(command[3]).build();
        AsicHandler handler = AsicHandler.builder().withExecutorService(THREADS).withKeyStoreHolder(holder).build();
        List<Content> contents = new ArrayList<>();
        for (int at = 5; at < command.length; at++) {
            Path path = Path.of(command[at]);
            contents.add(new StreamContent(Files.newInputStream(path), path.getFileName().toString()));
        }
        try (InputStream in = handler.encrypt(certificate(command[1]), contents);
             OutputStream out = Files.newOutputStream(Path.of(command[4]))) {
            in.transferTo(out);
        }
    }

    private static void twice(String cert, Path out, Path file) throws Exception {
        new CMSKrypteringImpl(); // registers the provider
        X509Certificate to = certificate(cert);
        CMSEnvelopedDataStreamGenerator generator = new CMSEnvelopedDataStreamGenerator();
        generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(to).setProvider("BC"));
        AlgorithmIdentifier hash = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE);
        RSAESOAEPparams oaep = new RSAESOAEPparams(hash, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, hash),
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_pSpecified, new DEROctetString(new byte[0])));
        generator.addRecipientInfoGenerator(new JceKeyTransRecipientInfoGenerator(to,
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSAES_OAEP, oaep)).setProvider("BC"));
        try (OutputStream target = Files.newOutputStream(out);
             OutputStream sealing = generator.open(target, new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC).build())) {
            Files.copy(file, sealing);
        }
    }

    static PrivateKey privateKey(String path) throws Exception {
        String body = Files.readString(Path.of(path)).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static X509Certificate certificate(String path) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
