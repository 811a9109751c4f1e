using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>Finds out whether programs are etcd, what they run on and which version they are.</summary>
internal static partial class EtcdProbe
{
    // The shell's convention, which the dynamic loader follows.
    private const int LoaderFailed = 127;

    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(20);

    /// <summary>Checks the headers of all programs, and runs <c>etcd --version</c> where this machine can.</summary>
    /// <param name="programs">The programs to check.</param>
    /// <param name="platform">What they must run on.</param>
    /// <param name="namedVersion">What the archive's name says; used where the program cannot be run here, null where unknown.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="EtcdException">ArchitectureMismatch, NotEtcd; HostCommandFailed: it cannot be started here.</exception>
    public static async Task<EtcdVersion> InspectAsync(ProgramSet programs, EtcdPlatform platform, EtcdVersion? namedVersion,
        CancellationToken cancellationToken)
    {
        foreach (string path in programs.All)
        {
            EtcdPlatform? actual = await BinaryHeader.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            if (actual is null) throw PackageErrors.NotEtcd(path, "it is not a program for Linux, Windows or macOS.");
            if (actual != platform) throw PackageErrors.Architecture(path, actual.Value, platform);
        }

        if (platform == EtcdPlatform.Current) return await AskAsync(programs.Etcd, cancellationToken).ConfigureAwait(false);
        return namedVersion ?? throw new EtcdException(EtcdErrorIds.NotEtcd,
            $"The version of '{programs.Etcd}' cannot be told: it is for {platform} and does not run on this machine.")
        {
            Target = programs.Etcd,
            NextStep = "Give the exact version, or keep the name that the release archive or folder has.",
        };
    }

    private static async Task<EtcdVersion> AskAsync(string etcd, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RunLimit);
        try
        {
            // Before 3.5 etcd refuses to run at all on other processors than amd64 unless this says that one knows.
            var environment = new Dictionary<string, string?> { ["ETCD_UNSUPPORTED_ARCH"] = EtcdPlatform.Current.Architecture };
            ProcessResult result = await ProcessRunner
                .RunAsync(new ProcessCommand(etcd, ["--version"]) { Environment = environment }, limit.Token)
                .ConfigureAwait(false);
            if (VersionPattern().Match(result.Output) is { Success: true } match
                && EtcdVersion.TryParse(match.Groups[1].Value, out EtcdVersion version))
            {
                return version;
            }

            // A loader that misses a library or a newer C library says so here; that is a matter of this machine, not of the file.
            if (result.ExitCode == LoaderFailed || result.Error.Contains("version `", StringComparison.Ordinal))
            {
                throw new EtcdException(EtcdErrorIds.HostCommandFailed,
                    $"'{etcd}' does not run on this machine: {result.Error.Trim()}")
                { Target = etcd };
            }

            throw PackageErrors.NotEtcd(etcd, "asked for its version, it does not answer as etcd does.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PackageErrors.NotEtcd(etcd, $"asked for its version, it had not answered after {RunLimit.TotalSeconds:0} s.");
        }
    }

    [GeneratedRegex(@"^etcd Version: (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex VersionPattern();
}
