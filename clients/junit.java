// JUnit 5: a parameter of the type Pgassay is a fresh database for each test. Save it as Pgassay.java in your test sources, and write
// @ExtendWith(Pgassay.Leases.class) at the class. Run: pgassay exec --tcp --workers 4 suites/shop.yaml -- mvn test
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

public class Pgassay implements ExtensionContext.Store.CloseableResource {
	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
	private final String path;
	public final String url; // for DriverManager.getConnection, with user and password

	public Pgassay() {
		String lease = ask("POST", "/databases");
		path = "/databases/" + member(lease, "id");
		URI place = URI.create(member(lease, "url"));
		String[] login = place.getUserInfo().split(":", 2);
		url = "jdbc:postgresql://" + place.getHost() + ":" + place.getPort() + place.getPath() + "?user=" + login[0] + "&password=" + login[1];
	}

	public void reset() { // a fresh copy; ends the sessions on it
		ask("POST", path + "/reset");
	}

	public void resetRows() { // its rows alone; sessions stay
		ask("POST", path + "/rows");
	}

	@Override
	public void close() {
		ask("DELETE", path);
	}

	private static String member(String json, String name) {
		return Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json).results().findFirst().orElseThrow().group(1);
	}

	private static String ask(String method, String path) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("PGASSAY_LEASES") + path))
				.method(method, HttpRequest.BodyPublishers.noBody()).build();
		try {
			HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
			if (answer.statusCode() >= 300) throw new IllegalStateException(answer.body());
			return answer.body();
		} catch (java.io.IOException | InterruptedException cause) {
			throw new IllegalStateException(cause);
		}
	}

	public static class Leases implements ParameterResolver {
		private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Pgassay.class);

		@Override
		public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
			return parameter.getParameter().getType() == Pgassay.class;
		}

		@Override
		public Object resolveParameter(ParameterContext parameter, ExtensionContext context) { // JUnit closes it behind the test
			return context.getStore(NAMESPACE).getOrComputeIfAbsent(context.getUniqueId(), id -> new Pgassay());
		}
	}
}
