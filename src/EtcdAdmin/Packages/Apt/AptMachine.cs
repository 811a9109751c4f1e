using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Apt;

/// <summary>One suite of a Debian-like archive.</summary>
/// <param name="Base">The archive's address as apt writes it, without a slash at the end.</param>
/// <param name="Suite">For instance <c>bookworm</c>.</param>
/// <param name="Component">Where etcd is: <c>main</c>, on Ubuntu <c>universe</c>.</param>
internal sealed record AptSuite(string Base, string Suite, string Component);

/// <summary>What this machine's own apt is set up with: its mirror, its suites, its distribution's keys.</summary>
internal sealed partial record AptMachine
{
    private const string KeyringFolder = "/usr/share/keyrings";

    // Names under which Debian's sources may follow a release without naming it.
    private static readonly string[] Aliases = ["oldstable", "stable", "testing", "unstable", "sid"];

    /// <summary>The suites of the release that this machine runs.</summary>
    public required IReadOnlyList<AptSuite> Own { get; init; }

    /// <summary>The distribution's newest suite.</summary>
    public required IReadOnlyList<AptSuite> Newest { get; init; }

    /// <summary>The distribution's other suites.</summary>
    public required IReadOnlyList<AptSuite> Others { get; init; }

    /// <summary>The keys that sign the distribution; null leaves it to those that apt trusts anyway.</summary>
    public required string? Keyring { get; init; }

    /// <summary>Asks apt where it would get its indexes from. Nothing is fetched and nothing changed.</summary>
    /// <exception cref="EtcdException">PackageNotFound: this is no Debian or Ubuntu, or its sources name no mirror of it.</exception>
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
            ?? throw PackageErrors.NotFound("apt on this machine is not set up with a mirror of the distribution's own release.", "apt");
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

    /// <summary>The main suite of the distribution's own archive; null where none is recognised.</summary>
    /// <remarks>
    /// Third parties name suites after the distribution's too ("bookworm", or simply "stable"), but only the distribution has
    /// updates beside them, and its archive is called by its name.
    /// </remarks>
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
