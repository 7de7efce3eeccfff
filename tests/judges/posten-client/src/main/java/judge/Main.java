package judge;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

import no.digipost.signature.api.xml.XMLDirectSignatureJobManifest;
import no.digipost.signature.api.xml.XMLDirectSignatureJobRequest;
import no.digipost.signature.api.xml.XMLDirectSignerUpdateRequest;
import no.digipost.signature.api.xml.XMLPortalSignatureJobManifest;
import no.digipost.signature.api.xml.XMLPortalSignatureJobRequest;
import no.digipost.signature.client.ClientConfiguration;
import no.digipost.signature.client.ServiceEnvironment;
import no.digipost.signature.client.core.IdentifierInSignedDocuments;
import no.digipost.signature.client.core.PollingQueue;
import no.digipost.signature.client.core.Sender;
import no.digipost.signature.client.direct.DirectClient;
import no.digipost.signature.client.direct.DirectDocument;
import no.digipost.signature.client.direct.DirectJob;
import no.digipost.signature.client.direct.DirectJobResponse;
import no.digipost.signature.client.direct.DirectJobStatusResponse;
import no.digipost.signature.client.direct.DirectSigner;
import no.digipost.signature.client.direct.ExitUrls;
import no.digipost.signature.client.direct.StatusReference;
import no.digipost.signature.client.direct.StatusRetrievalMethod;
import no.digipost.signature.client.direct.WithSignerUrl;
import no.digipost.signature.client.portal.PortalClient;
import no.digipost.signature.client.portal.PortalDocument;
import no.digipost.signature.client.portal.PortalJob;
import no.digipost.signature.client.portal.PortalJobResponse;
import no.digipost.signature.client.portal.PortalJobStatus;
import no.digipost.signature.client.portal.PortalJobStatusChanged;
import no.digipost.signature.client.portal.PortalSigner;
import no.digipost.signature.client.security.KeyStoreConfig;
import no.digipost.signature.jaxb.JaxbMarshaller;

/**
 * Does with Posten's own client what each line on standard input asks for; answers with one line each: words with a
 * tab between, the first of which is "ok" or "error".
 *
 * Arguments: address, organisation, queue, trusted certificate (DER or PEM), PKCS#12, its password, the PDF to send.
 */
public final class Main {
    private final PortalClient portal;
    private final DirectClient direct;
    private final Sender sender;
    private final byte[] pdf;
    private PortalJobResponse created;
    private PortalJobStatusChanged change;
    private DirectJobResponse directJob;
    private DirectJobStatusResponse directStatus;

    private Main(String[] arguments) throws Exception {
        KeyStoreConfig keys;
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = new FileInputStream(arguments[4])) {
            store.load(file, arguments[5].toCharArray());
        }
        keys = new KeyStoreConfig(store, Collections.list(store.aliases()).get(0), arguments[5], arguments[5]);
        ServiceEnvironment there = ServiceEnvironment.DIFITEST
            .withServiceUrl(URI.create(arguments[0])).withCertificates(List.of(arguments[3]));
        sender = new Sender(arguments[1], PollingQueue.of(arguments[2]));
        ClientConfiguration configuration = ClientConfiguration.builder(keys)
            .serviceEnvironment(there).defaultSender(sender).build();
        portal = new PortalClient(configuration);
        direct = new DirectClient(configuration);
        pdf = Files.readAllBytes(Path.of(arguments[6]));
    }

    public static void main(String[] arguments) throws Exception {
        Main main = new Main(arguments);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        java.io.PrintStream out = new java.io.PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                out.println("ok\t" + main.answer(line.split("\t")));
            } catch (Exception error) {
                String reason = String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
                out.println("error\t" + error.getClass().getSimpleName() + "\t" + reason);
            }
        }
    }

    private String answer(String[] words) throws Exception {
        switch (words[0]) {
            case "read": return read(words[1], Files.readAllBytes(Path.of(words[2])));
            case "portal": return createPortal(words[1], words[2]);
            case "poll":
                change = portal.getStatusChange();
                return change.is(PortalJobStatus.NO_CHANGES) ? "NO_CHANGES" : change.getStatus() + "\t"
                    + change.getReference() + "\t" + change.getSignatures().stream()
                        .map(each -> each.getStatus().toString()).collect(Collectors.joining(","));
            case "pades": return size(portal.getPAdES(change.getpAdESUrl()));
            case "xades": return size(portal.getXAdES(change.getSignatures().get(0).getxAdESUrl()));
            case "confirm": portal.confirm(change); return "";
            case "cancel": portal.cancel(created); return "";
            case "cancel-change": portal.cancel(change); return "";
            case "direct": return createDirect(words[1], words[2], StatusRetrievalMethod.valueOf(words[3]));
            case "direct-poll": directStatus = direct.getStatusChange(); return told();
            case "direct-status":
                directStatus = direct.getStatus(StatusReference.of(directJob).withStatusQueryToken(words[1]));
                return told();
            case "direct-redirect":
                return direct.requestNewRedirectUrl(
                    WithSignerUrl.of(directJob.getSigners().get(0).getSignerUrl())).getRedirectUrl().toString();
            case "direct-pades": return size(direct.getPAdES(directStatus.getpAdESUrl()));
            case "direct-xades": return size(direct.getXAdES(directStatus.getSignatures().get(0).getxAdESUrl()));
            case "direct-confirm": direct.confirm(directStatus); return "";
            default: throw new IllegalArgumentException(words[0]);
        }
    }

    private String told() {
        return directStatus.getStatus() + "\t" + (directStatus.getSignatures() == null ? "" :
            directStatus.getReference() + "\t" + directStatus.getSignatures().stream()
                .map(each -> each.getSigner() + "=" + each.getStatus()).collect(Collectors.joining(",")));
    }

    private String createPortal(String reference, String title) {
        List<PortalSigner> signers = List.of(
            PortalSigner.identifiedByEmail("kari@kommune.example").withOrder(0).build(),
            PortalSigner.identifiedByEmailAndMobileNumber("ola@lege.example", "+4799999999").withOrder(1).build());
        PortalJob job = PortalJob.builder(title, List.of(PortalDocument.builder(title, pdf).build()), signers)
            .withReference(reference).withNonsensitiveTitle("Avtale").withDescription("Les æøå og signer.")
            .withIdentifierInSignedDocuments(IdentifierInSignedDocuments.NAME)
            .availableFor(Duration.ofDays(14)).build();
        created = portal.create(job);
        return created.getSignatureJobId() + "\t" + created.getReference();
    }

    private String createDirect(String reference, String title, StatusRetrievalMethod method) {
        List<DirectSigner> signers = List.of(
            DirectSigner.withCustomIdentifier("1").build(), DirectSigner.withCustomIdentifier("2").build());
        DirectJob job = DirectJob.builder(title, List.of(DirectDocument.builder(title, pdf).build()), signers,
                ExitUrls.of(URI.create("https://avtaleflyt.example/signert"),
                    URI.create("https://avtaleflyt.example/avslått"), URI.create("https://avtaleflyt.example/feil")))
            .withReference(reference).withIdentifierInSignedDocuments(IdentifierInSignedDocuments.NAME)
            .retrieveStatusBy(method).build();
        directJob = direct.create(job);
        return directJob.getSignatureJobId() + "\t" + directJob.getReference() + "\t" + directJob.getSigners().stream()
            .map(each -> each.getCustomIdentifier() + "=" + each.getRedirectUrl()).collect(Collectors.joining(","));
    }

    private static String size(InputStream content) throws Exception {
        try (content) {
            byte[] all = content.readAllBytes();
            return all.length + "\t" + new String(all, 0, Math.min(5, all.length), StandardCharsets.ISO_8859_1);
        }
    }

    private static String read(String kind, byte[] body) {
        JaxbMarshaller marshaller = JaxbMarshaller.ForRequestsOfAllApis.singleton();
        switch (kind) {
            case "portal-request":
                return marshaller.unmarshal(body, XMLPortalSignatureJobRequest.class).getReference();
            case "portal-manifest":
                return marshaller.unmarshal(body, XMLPortalSignatureJobManifest.class).getTitle();
            case "direct-request":
                return marshaller.unmarshal(body, XMLDirectSignatureJobRequest.class).getReference();
            case "direct-manifest":
                return marshaller.unmarshal(body, XMLDirectSignatureJobManifest.class).getTitle();
            case "direct-update":
                return String.valueOf(marshaller.unmarshal(body, XMLDirectSignerUpdateRequest.class).getRedirectUrl());
            default: throw new IllegalArgumentException(kind);
        }
    }
}
