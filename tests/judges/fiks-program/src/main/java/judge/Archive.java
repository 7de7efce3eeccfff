package judge;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import javax.xml.parsers.DocumentBuilderFactory;

import no.ks.fiks.io.client.FiksIOKlient;
import no.ks.fiks.io.client.FiksIOKlientFactory;
import no.ks.fiks.io.client.konfigurasjon.AmqpKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.FiksApiKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.FiksIOKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.FiksIntegrasjonKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.IdPortenKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.KontoKonfigurasjon;
import no.ks.fiks.io.client.konfigurasjon.VirksomhetssertifikatKonfigurasjon;
import no.ks.fiks.io.client.model.KontoId;
import no.ks.fiks.io.client.model.Payload;
import no.ks.fiks.io.client.model.StringPayload;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Is an archive on KS's own Fiks IO client: opens every message of its account, registers it, answers «mottatt» and a
 * receipt, and acknowledges last. It writes one line a message and ends when its standard input does.
 * Arguments: API-PORT AMQP-PORT ACCOUNT INTEGRATION PASSWORD TOKEN KEY P12 P12-PASSWORD
 */
public final class Archive {
    private static final String BASE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/";
    private static final AtomicInteger REGISTERED = new AtomicInteger();

    public static void main(String[] args) throws Exception {
        FiksIOKlientFactory factory = new FiksIOKlientFactory(configuration(args));
        factory.setMaskinportenAccessTokenSupplier(() -> args[5]);
        FiksIOKlient client = factory.build();
        client.newSubscription((message, answer) -> {
            try {
                Map<String, byte[]> files = new LinkedHashMap<>();
                try (ZipInputStream zip = message.getDekryptertZipStream()) {
                    for (ZipEntry one; (one = zip.getNextEntry()) != null; ) {
                        files.put(one.getName(), zip.readAllBytes());
                    }
                }
                String key = entryKey(files.values().iterator().next());
                String type = message.getMeldingType();
                System.out.println("REGISTERED\t" + key + "\t" + message.getKlientMeldingId() + "\t" + sizes(files));
                answer.svar(type + ".mottatt");
                List<Payload> receipt = List.of(new StringPayload(receipt(key), "arkivmelding-kvittering.xml"));
                answer.svar(type + ".kvittering", receipt);
                answer.ack();
            } catch (Throwable problem) {
                problem.printStackTrace(System.out);
                answer.nackWithRequeue();
            }
        });
        System.out.println("LISTENING");
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }

    private static FiksIOKonfigurasjon configuration(String[] args) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(args[7]))) {
            store.load(in, args[8].toCharArray());
        }
        return FiksIOKonfigurasjon.builder()
            .fiksApiKonfigurasjon(FiksApiKonfigurasjon.builder().scheme("http").host("127.0.0.1").port(Integer.valueOf(args[0])).build())
            .amqpKonfigurasjon(AmqpKonfigurasjon.builder().host("localhost").port(Integer.valueOf(args[1])).build())
            .fiksIntegrasjonKonfigurasjon(FiksIntegrasjonKonfigurasjon.builder()
                .integrasjonId(UUID.fromString(args[3])).integrasjonPassord(args[4])
                .idPortenKonfigurasjon(IdPortenKonfigurasjon.builder()
                    .accessTokenUri("http://127.0.0.1:" + args[0] + "/token").idPortenAudience("http://127.0.0.1/").klientId("judge").build())
                .build())
            .kontoKonfigurasjon(KontoKonfigurasjon.builder()
                .kontoId(new KontoId(UUID.fromString(args[2]))).privatNokkel(Payloads.privateKey(args[6])).build())
            .virksomhetssertifikatKonfigurasjon(VirksomhetssertifikatKonfigurasjon.builder()
                .keyStore(store).keyStorePassword(args[8]).keyAlias(store.aliases().nextElement()).keyPassword(args[8]).build())
            .build();
    }

    private static String entryKey(byte[] message) throws Exception {
        DocumentBuilderFactory how = DocumentBuilderFactory.newInstance();
        how.setNamespaceAware(true);
        how.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document read = how.newDocumentBuilder().parse(new ByteArrayInputStream(message));
        return child(child(child(read.getDocumentElement(), "registrering"), "referanseEksternNoekkel"), "noekkel").getTextContent();
    }

    private static Element child(Element above, String name) {
        for (Node one = above.getFirstChild(); one != null; one = one.getNextSibling()) {
            if (name.equals(one.getLocalName())) {
                return (Element) one;
            }
        }
        throw new IllegalArgumentException("no " + name);
    }

    private static String sizes(Map<String, byte[]> files) {
        StringBuilder said = new StringBuilder();
        files.forEach((name, content) -> said.append(name).append('=').append(content.length).append(' '));
        return said.toString().strip();
    }

    private static String receipt(String key) {
        int number = REGISTERED.incrementAndGet();
        return """
            <arkivmeldingKvittering xmlns="%1$sarkivmelding/opprett/kvittering/v1" xmlns:m="%1$smetadatakatalog/v1"
             xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><mappeKvittering xsi:type="saksmappeKvittering">
            <systemID>%2$s</systemID><opprettetEllerEksisterende>Opprettet</opprettetEllerEksisterende>
            <saksaar>2026</saksaar><sakssekvensnummer>%4$d</sakssekvensnummer></mappeKvittering>
            <registreringKvittering xsi:type="journalpostKvittering"><systemID>%3$s</systemID>
            <referanseEksternNoekkel><m:fagsystem>Avtaleflyt</m:fagsystem><m:noekkel>%5$s</m:noekkel></referanseEksternNoekkel>
            <opprettetEllerEksisterende>Opprettet</opprettetEllerEksisterende><journalaar>2026</journalaar>
            <journalsekvensnummer>%4$d</journalsekvensnummer><journalpostnummer>1</journalpostnummer>
            </registreringKvittering></arkivmeldingKvittering>""".formatted(BASE, UUID.randomUUID(), UUID.randomUUID(), number, key);
    }
}
