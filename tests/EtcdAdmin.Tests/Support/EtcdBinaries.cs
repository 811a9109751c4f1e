using System.Collections.Concurrent;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Packages.Unpacked;

namespace EtcdAdmin.Tests.Support;

/// <summary>Real etcd programs of a minor version, looked for once in a test run.</summary>
/// <param name="Version">For instance <c>3.5</c>.</param>
/// <param name="Package">Where its programs are.</param>
internal sealed record EtcdBinaries(string Version, EtcdPackage Package)
{
    private static readonly TimeSpan FindLimit = TimeSpan.FromMinutes(5);
    private static readonly ConcurrentDictionary<string, Lazy<Task<EtcdBinaries>>> Found = new(StringComparer.Ordinal);

    /// <summary>The versions that tests of all versions run with: those of Debian, and 3.6 and 3.7 where folders are named for them.</summary>
    public static IReadOnlyList<string> Versions { get; } = ["3.3", "3.4", "3.5", .. new[] { "3.6", "3.7" }.Where(IsNamed)];

    /// <summary>
    /// The same with the older versions for which folders are named. They have fewer calls, so only tests of what they have run with them.
    /// </summary>
    public static IReadOnlyList<string> VersionsFrom30 { get; } = [.. new[] { "3.0", "3.1", "3.2" }.Where(IsNamed), .. Versions];

    /// <summary>The server.</summary>
    public string Etcd => Package.EtcdPath;

    /// <summary>The command line client.</summary>
    public string Etcdctl => Package.EtcdctlPath ?? Missing("etcdctl");

    /// <summary>What works on snapshot files: etcdutl, before 3.5 etcdctl.</summary>
    public string SnapshotTool => IsAtLeast("3.5") ? Package.EtcdutlPath ?? Missing("etcdutl") : Etcdctl;

    /// <summary>The folder of all of them.</summary>
    public string Folder => Package.Folder;

    /// <summary>
    /// The programs of a minor version: from the folder that <c>ETCDADMIN_ETCD_3_5</c> names, else as users get them. Where there are
    /// none, the test is skipped, but on CI (variable <c>CI</c>) it fails.
    /// </summary>
    /// <remarks>It is not the caller's token that stops a download: others may wait for the same package.</remarks>
    public static async Task<EtcdBinaries> GetAsync(string version)
    {
        try
        {
            return await Found.GetOrAdd(version, v => new Lazy<Task<EtcdBinaries>>(() => FindAsync(v))).Value;
        }
        catch (EtcdException e) when (Environment.GetEnvironmentVariable("CI") is null or "")
        {
            Assert.Skip($"etcd {version} not found: set {VariableOf(version)} to the folder that holds etcd and etcdctl. {e.Message}");
            throw;
        }
    }

    /// <summary>The server of a version, also of 2.3, which is no package of EtcdAdmin.</summary>
    public static async Task<string> ServerAsync(string version) =>
        version == "2.3" && FolderOf(version) is { } folder ? Path.Combine(folder, "etcd") : (await GetAsync(version)).Etcd;

    /// <summary>Whether a folder is named for a minor version: the only way to one that is in no Debian release.</summary>
    public static bool IsNamed(string version) => FolderOf(version) is not null;

    /// <summary>At least this minor version.</summary>
    public bool IsAtLeast(string version) => IsAtLeast(Version, version);

    /// <summary>Whether a minor version is at least another one.</summary>
    public static bool IsAtLeast(string version, string least) => System.Version.Parse(version) >= System.Version.Parse(least);

    /// <summary>Runs one of the programs, with the v3 API also where 3.3 would speak v2.</summary>
    public static Task<ProcessResult> RunAsync(
        string program, IReadOnlyList<string> arguments, Stream? input, CancellationToken cancellationToken) =>
        ProcessRunner.RunAsync(
            new ProcessCommand(program, arguments)
            {
                StandardInput = input,
                Environment = new Dictionary<string, string?> { ["ETCDCTL_API"] = "3" },
            },
            cancellationToken);

    private static async Task<EtcdBinaries> FindAsync(string version)
    {
        using var limit = new CancellationTokenSource(FindLimit);
        var request = new PackageRequest
        {
            Version = VersionRequest.Parse(version),
            Path = FolderOf(version),
        };
        return new EtcdBinaries(version, await new PackageResolver(EtcdAdminHome.Resolve()).ResolveAsync(request, null, limit.Token));
    }

    /// <summary>The folder that is named for a version; null for none.</summary>
    public static string? FolderOf(string version) =>
        Environment.GetEnvironmentVariable(VariableOf(version)) is { Length: > 0 } folder ? folder : null;

    /// <summary>The variable that names it.</summary>
    public static string VariableOf(string version) => "ETCDADMIN_ETCD_" + version.Replace('.', '_');

    private string Missing(string program) =>
        throw new InvalidOperationException($"{Package} in {Package.Folder} has no {program}.");
}
