using System.Globalization;
using System.Text;
using EtcdAdmin.Errors;
using EtcdAdmin.Events;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Apt;

/// <summary>A package version in an index.</summary>
/// <param name="Version">In Debian's notation.</param>
/// <param name="Etcd">The version of etcd in it.</param>
/// <param name="Origin">Its mirror and suite.</param>
internal sealed record AptVersion(string Version, EtcdVersion Etcd, string Origin);

/// <summary>A separate apt in one folder, with its own sources, lists and cache. The machine's apt is neither changed nor needed. The index is used
/// for a day.</summary>
/// <param name="aptGet">The program.</param>
/// <param name="folder">A folder for this index only; callers hold its lock.</param>
/// <param name="suites">The suites to index.</param>
/// <param name="keyring">The keys that must have signed the suites; null is apt's own trusted keys.</param>
/// <param name="architecture">In Debian's notation.</param>
internal sealed class AptIndex(string aptGet, string folder, IReadOnlyList<AptSuite> suites, string? keyring, string architecture)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private string SourcesPath => Path.Combine(folder, "sources.list");

    private string ConfigurationPath => Path.Combine(folder, "apt.conf");

    private string StampPath => Path.Combine(folder, "updated");

    private string ListsPath => Path.Combine(folder, "lists");

    /// <summary>The names under which the suites publish themselves, so that a suite is not indexed twice under an alias.</summary>
    public async Task<IReadOnlyList<string>> ReadSuiteNamesAsync(CancellationToken cancellationToken)
    {
        List<string> names = [];
        if (!Directory.Exists(ListsPath)) return names;
        foreach (string file in Directory.EnumerateFiles(ListsPath, "*_InRelease"))
        {
            await foreach (string line in File.ReadLinesAsync(file, cancellationToken).ConfigureAwait(false))
            {
                if (line.StartsWith("Suite: ", StringComparison.Ordinal)) names.Add(line["Suite: ".Length..].Trim());
                if (line.StartsWith("SHA256:", StringComparison.Ordinal)) break; // thousands of hashes follow
            }
        }

        return names;
    }

    /// <summary>The versions with both etcd-server and etcd-client.</summary>
    /// <exception cref="EtcdException">DownloadFailed: no suite could be read.</exception>
    public async Task<IReadOnlyList<AptVersion>> ListAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (suites.Count == 0) return [];
        await UpdateAsync(events, cancellationToken).ConfigureAwait(false);
        string aptCache = ProgramPath.Find("apt-cache")
            ?? throw PackageErrors.NotFound("The program apt-cache is not on PATH.", "apt-cache");
        ProcessResult result = await RunAsync(aptCache, ["madison", "etcd-server", "etcd-client"], null, cancellationToken)
            .ConfigureAwait(false);
        return ParseMadison(result.Output);
    }

    /// <summary>Downloads the packages of one version; apt checks their hashes against the signed index.</summary>
    /// <exception cref="EtcdException">DownloadFailed.</exception>
    public async Task DownloadAsync(string version, string destination, CancellationToken cancellationToken)
    {
        ProcessResult result = await RunAsync(aptGet,
            ["-q", "download", $"etcd-server={version}", $"etcd-client={version}"], destination, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0) throw Failed($"apt-get download of etcd {version} failed: {Complaints(result)}");
    }

    internal static IReadOnlyList<AptVersion> ParseMadison(string output)
    {
        var rows = output.Split('\n')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 3)
            .ToList();
        var clients = rows.Where(r => r[0] == "etcd-client").Select(r => r[1]).ToHashSet(StringComparer.Ordinal);
        return [.. rows
            .Where(r => r[0] == "etcd-server" && clients.Contains(r[1]))
            .Select(r => (Row: r, Etcd: DebianVersion.Upstream(r[1])))
            .Where(r => r.Etcd is not null)
            .Select(r => new AptVersion(r.Row[1], r.Etcd.GetValueOrDefault(), OriginOf(r.Row[2])))
            .DistinctBy(v => v.Version)
            .OrderByDescending(v => v.Etcd)];
    }

    // "ADDRESS SUITE/COMPONENT ARCHITECTURE Packages"
    private static string OriginOf(string source) => string.Join(' ', source.Split(' ').Take(2));

    private async Task UpdateAsync(IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        if (folder.AsSpan().IndexOfAny("\"\n") >= 0)
            throw Failed($"apt does not support a folder with a quotation mark or a line break in its name: {folder}");
        string sources = Sources();
        if (await IsFreshAsync(sources, cancellationToken).ConfigureAwait(false)) return;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(ListsPath, "partial"));
        Directory.CreateDirectory(Path.Combine(folder, "cache", "archives", "partial"));
        await File.WriteAllTextAsync(Path.Combine(folder, "status"), "", cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(SourcesPath, sources, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(ConfigurationPath, Configuration(), cancellationToken).ConfigureAwait(false);

        const string activity = "Looking for etcd packages";
        string names = string.Join(", ", suites.Select(s => s.Suite));
        events.Progress(activity, $"Reading the package index of {names}");
        try
        {
            ProcessResult result = await RunAsync(aptGet, ["-q", "update"], null, cancellationToken).ConfigureAwait(false);

            // A suite that a mirror does not have must not hide the other suites, so the lists count, not the exit code.
            string complaints = Complaints(result);
            if (complaints.Length > 0) events.Message($"apt-get update of {names}: {complaints}");
            if (!Directory.EnumerateFiles(ListsPath, "*_Packages*").Any())
                throw Failed($"The package indexes of {names} could not be read: {complaints}");
            await File.WriteAllTextAsync(StampPath, "", cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            events.Progress(activity, "Done", 1);
        }
    }

    private async Task<bool> IsFreshAsync(string sources, CancellationToken cancellationToken) =>
        File.Exists(StampPath)
        && TimeProvider.System.GetUtcNow() - File.GetLastWriteTimeUtc(StampPath) < Lifetime
        && await File.ReadAllTextAsync(SourcesPath, cancellationToken).ConfigureAwait(false) == sources
        && await File.ReadAllTextAsync(ConfigurationPath, cancellationToken).ConfigureAwait(false) == Configuration();

    private string Sources()
    {
        var text = new StringBuilder();
        string signed = keyring is null ? "" : $" signed-by={keyring}";
        foreach (AptSuite suite in suites)
            text.Append(CultureInfo.InvariantCulture, $"deb [arch={architecture}{signed}] {suite.Base} {suite.Suite} {suite.Component}\n");
        return text.ToString();
    }

    /// <remarks>Given with -c, it is read after the machine's own configuration: settings such as proxies are kept, the folders change. Hooks are
    /// cleared because they are for the machine's index. As root, apt would download as a user without access to this folder, hence the sandbox user.
    /// Only the package lists are fetched, a third of a full update. The pkgcache makes listing take 0.05 s instead of 2.5 s, for a file of 70 MB;
    /// container images turn it off.</remarks>
    private string Configuration() =>
        $"""
        Dir::State "{folder}";
        Dir::State::lists "{ListsPath}";
        Dir::State::status "{folder}/status";
        Dir::Cache "{folder}/cache";
        Dir::Cache::pkgcache "pkgcache.bin";
        Dir::Cache::srcpkgcache "";
        Dir::Etc::sourcelist "{SourcesPath}";
        Dir::Etc::sourceparts "/dev/null";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "/dev/null";
        APT::Architecture "{architecture}";
        #clear APT::Architectures;
        APT::Architectures "{architecture}";
        APT::Sandbox::User "root";
        Acquire::Languages "none";
        Acquire::PDiffs "false";
        Acquire::GzipIndexes "true";
        Acquire::Retries "2";
        Acquire::http::Timeout "30";
        Acquire::https::Timeout "30";
        #clear Acquire::IndexTargets;
        Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
        Acquire::IndexTargets::deb::Packages::flatMetaKey "Packages";
        Acquire::IndexTargets::deb::Packages::ShortDescription "Packages";
        Acquire::IndexTargets::deb::Packages::Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
        Acquire::IndexTargets::deb::Packages::flatDescription "$(RELEASE) Packages";
        Acquire::IndexTargets::deb::Packages::Optional "0";
        #clear APT::Update::Pre-Invoke;
        #clear APT::Update::Post-Invoke;
        #clear APT::Update::Post-Invoke-Success;

        """;

    private Task<ProcessResult> RunAsync(string program, IEnumerable<string> arguments, string? workingDirectory,
        CancellationToken cancellationToken) =>
        ProcessRunner.RunAsync(new ProcessCommand(program, ["-c", ConfigurationPath, .. arguments])
        {
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C" },
            WorkingDirectory = workingDirectory,
        }, cancellationToken);

    // apt's own prefixes: E: for errors, W: for warnings.
    private static string Complaints(ProcessResult result) => string.Join(" ", result.Error.Split('\n')
        .Where(l => l.StartsWith("E: ", StringComparison.Ordinal) || l.StartsWith("W: ", StringComparison.Ordinal))
        .Select(l => l.Trim()).Distinct());

    private static EtcdException Failed(string message) =>
        new(EtcdErrorIds.DownloadFailed, message) { Target = "apt" };
}
