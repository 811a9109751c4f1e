using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Apt;

/// <summary>One suite of a Debian-like archive.</summary>
/// <param name="Base">The archive's address in apt's notation, without a trailing slash.</param>
/// <param name="Suite">For instance <c>bookworm</c>.</param>
/// <param name="Component">The component with etcd: <c>main</c>, on Ubuntu <c>universe</c>.</param>
internal sealed record AptSuite(string Base, string Suite, string Component);

/// <summary>The configuration of this machine's apt: its mirror, its suites, its distribution's keys.</summary>
internal sealed partial record AptMachine
{
    private const string KeyringFolder = "/usr/share/keyrings";

    // Names that Debian's sources can use instead of the name of a release.
    private static readonly string[] Aliases = ["oldstable", "stable", "testing", "unstable", "sid"];

    /// <summary>The suites of this machine's release.</summary>
    public required IReadOnlyList<AptSuite> Own { get; init; }

    /// <summary>The distribution's newest suite.</summary>
    public required IReadOnlyList<AptSuite> Newest { get; init; }

    /// <summary>The distribution's other suites.</summary>
    public required IReadOnlyList<AptSuite> Others { get; init; }

    /// <summary>The keys that sign the distribution; null is apt's own trusted keys.</summary>
    public required string? Keyring { get; init; }

    /// <summary>Reads the addresses of apt's indexes. Nothing is downloaded or changed.</summary>
    /// <exception cref="EtcdException">PackageNotFound: not Debian or Ubuntu, or the sources have no mirror of the distribution.</exception>
    public static async Task<AptMachine> ReadAsync(string aptGet, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, string> release = await ReadOsReleaseAsync(cancellationToken).ConfigureAwait(false);
        ProcessResult result = await ProcessRunner
            .RunAsync(new ProcessCommand(aptGet, ["--print-uris", "update"]), cancellationToken).ConfigureAwait(false);
        return Parse(release, result.Output, File.Exists);
    }

    internal static AptMachine Parse(IReadOnlyDictionary<string, string> release, string printedUris, Func<string, bool> fileExists)
    {
        string id = release.GetValueOrDefault("ID", "");
        string codename = release.GetValueOrDefault("VERSION_CODENAME", "");
        bool isUbuntu = id == "ubuntu";
        string component = isUbuntu ? "universe" : "main";
        List<AptSuite> printed = [.. UriPattern().Matches(printedUris)
            .Select(m => new AptSuite(m.Groups[1].Value, m.Groups[2].Value, component)).Distinct()];
        AptSuite mirror = MirrorOf(printed, codename)
            ?? throw PackageErrors.NotFound("The apt sources of this machine have no mirror of the distribution's own release.", "apt");
        List<AptSuite> own = [.. printed.Where(s =>
            (s.Base == mirror.Base && (s.Suite == mirror.Suite || s.Suite == $"{mirror.Suite}-updates"))
            || s.Suite == $"{mirror.Suite}-security")];

        string keyring = $"{KeyringFolder}/{id}-archive-keyring.gpg";
        return new AptMachine
        {
            Own = own,
            Newest = Suites(isUbuntu ? ["devel"] : id == "debian" && mirror.Suite != "sid" ? ["unstable"] : []),
            Others = Suites(isUbuntu ? ["noble", "jammy", "focal"] : id == "debian" ? ["stable", "oldstable", "oldoldstable"] : []),
            Keyring = fileExists(keyring) ? keyring : null,
        };

        IReadOnlyList<AptSuite> Suites(IEnumerable<string> names) =>
            [.. names.Where(n => n != mirror.Suite).Select(n => new AptSuite(mirror.Base, n, component))];
    }

    /// <summary>The main suite of the distribution's archive; null if none is recognised.</summary>
    /// <remarks>Third parties also name suites after the distribution's ("bookworm", or simply "stable"), but only the distribution has a suite of
    /// updates beside it and an archive with its name.</remarks>
    private static AptSuite? MirrorOf(List<AptSuite> printed, string codename)
    {
        return printed.Where(s => s.Suite == codename || Aliases.Contains(s.Suite)).Where(s => Score(s) > 0).MaxBy(Score);

        int Score(AptSuite suite) =>
            (printed.Contains(suite with { Suite = $"{suite.Suite}-updates" }) ? 4 : 0)
            + (suite.Suite == codename ? 2 : 0)
            + (suite.Base.EndsWith("/debian", StringComparison.Ordinal) || suite.Base.EndsWith("/ubuntu", StringComparison.Ordinal) ? 1 : 0);
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadOsReleaseAsync(CancellationToken cancellationToken)
    {
        const string path = "/etc/os-release";
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return values;
        foreach (string line in await File.ReadAllLinesAsync(path, cancellationToken).ConfigureAwait(false))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) values[line[..equals]] = line[(equals + 1)..].Trim('"', '\'');
        }

        return values;
    }

    // 'ADDRESS/dists/SUITE/InRelease' file-name size
    [GeneratedRegex(@"^'(\S+?)/dists/([^/\s']+)/InRelease'", RegexOptions.Multiline)]
    private static partial Regex UriPattern();
}
