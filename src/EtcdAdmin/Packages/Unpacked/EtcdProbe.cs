using System.Text.RegularExpressions;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Processes;
using EtcdAdmin.Packages.Names;

namespace EtcdAdmin.Packages.Unpacked;

/// <summary>Checks whether programs are etcd, and reads their platform and version.</summary>
internal static partial class EtcdProbe
{
    // The shell's exit code, which the dynamic loader uses too.
    private const int LoaderFailed = 127;

    // etcd 2 has neither the v3 API nor a configuration file.
    private const int FirstMajor = 3;

    private static readonly TimeSpan RunLimit = TimeSpan.FromSeconds(20);

    /// <summary>Checks the headers of all programs, and runs <c>etcd --version</c> if this machine can.</summary>
    /// <param name="programs">The programs to check.</param>
    /// <param name="platform">The required platform.</param>
    /// <param name="namedVersion">The version in the archive's name, used if the program cannot run on this machine; null if unknown.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="EtcdException">ArchitectureMismatch, NotEtcd; HostCommandFailed: it cannot be started on this machine.</exception>
    public static async Task<EtcdVersion> InspectAsync(ProgramSet programs, EtcdPlatform platform, EtcdVersion? namedVersion,
        CancellationToken cancellationToken)
    {
        foreach (string path in programs.All)
        {
            EtcdPlatform? actual = await BinaryHeader.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            if (actual is null) throw PackageErrors.NotEtcd(path, "it is not a program for Linux, Windows or macOS.");
            if (actual != platform) throw PackageErrors.Architecture(path, actual.Value, platform);
        }

        EtcdVersion? found = platform == EtcdPlatform.Current ? await AskAsync(programs.Etcd, cancellationToken).ConfigureAwait(false) : namedVersion;
        if (found is { Major: < FirstMajor } old) throw TooOld(programs.Etcd, old);
        return found ?? throw new EtcdException(EtcdErrorIds.NotEtcd,
            $"The version of '{programs.Etcd}' is unknown: it is for {platform} and does not run on this machine.")
        {
            Target = programs.Etcd,
            NextStep = "Supply the exact version, or keep the original name of the release archive or folder.",
        };
    }

    private static EtcdException TooOld(string etcd, EtcdVersion version) => new(
        EtcdErrorIds.NotSupported, $"'{etcd}' is etcd {version}, and EtcdAdmin runs etcd 3.0 and newer: etcd 2 has no v3 API.")
    {
        Target = etcd,
        NextStep = "Import a cluster of etcd 2.3 as it runs (Import-EtcdCluster); Convert-EtcdMember brings it to etcd 3.0 (docs/upgrades.md).",
    };

    private static async Task<EtcdVersion> AskAsync(string etcd, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RunLimit);
        try
        {
            // Before 3.5 etcd runs on processors other than amd64 only if this variable is set.
            var environment = new Dictionary<string, string?> { ["ETCD_UNSUPPORTED_ARCH"] = EtcdPlatform.Current.Architecture };
            ProcessResult result = await ProcessRunner
                .RunAsync(new ProcessCommand(etcd, ["--version"]) { Environment = environment }, limit.Token)
                .ConfigureAwait(false);
            if (VersionPattern().Match(result.Output) is { Success: true } match
                && EtcdVersion.TryParse(match.Groups[1].Value, out EtcdVersion version))
            {
                return version;
            }

            // The dynamic loader reports a missing library or a too old C library this way; that is a problem of this machine, not of the file.
            if (result.ExitCode == LoaderFailed || result.Error.Contains("version `", StringComparison.Ordinal))
            {
                throw new EtcdException(EtcdErrorIds.HostCommandFailed,
                    $"'{etcd}' does not run on this machine: {result.Error.Trim()}")
                { Target = etcd };
            }

            throw PackageErrors.NotEtcd(etcd, "'etcd --version' does not print an etcd version.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw PackageErrors.NotEtcd(etcd, $"'etcd --version' did not end within {RunLimit.TotalSeconds:0} s.");
        }
    }

    [GeneratedRegex(@"^etcd Version: (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex VersionPattern();
}
