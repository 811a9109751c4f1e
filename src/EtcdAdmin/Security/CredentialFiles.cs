using EtcdAdmin.Errors;

namespace EtcdAdmin.Security;

/// <summary>The files of a credential package, in its folder <c>etcd_credentials</c>.</summary>
/// <remarks>Folder and file names are the same as in the etcd charm's packages, which can be read too; the env files are EtcdAdmin's own.</remarks>
internal static class CredentialFiles
{
    public const string Folder = "etcd_credentials";
    public const string Authority = "ca.crt";
    public const string Certificate = "client.crt";
    public const string Key = "client.key";
    public const string Readme = "README.txt";
    public const string ShellEnvironment = "env.sh";
    public const string PowerShellEnvironment = "env.ps1";
    public const string SystemdEnvironment = "env.systemd";
    public const string V2ShellEnvironment = "env-v2.sh";
    public const string V2PowerShellEnvironment = "env-v2.ps1";
    public const string V2SystemdEnvironment = "env-v2.systemd";

    /// <summary>256 KiB: the limit for reading one file; a bundle of authorities is much smaller.</summary>
    public const int MaxFileSize = 256 << 10;

    /// <summary>The files that a reader reads; all others are ignored.</summary>
    public static readonly IReadOnlyList<string> Read = [Authority, Certificate, Key, ShellEnvironment, PowerShellEnvironment];

    public static EtcdException Invalid(string path, string reason, Exception? cause = null, string? nextStep = null) =>
        new(EtcdErrorIds.CredentialPackageInvalid,
            $"'{path}' is not a usable credential package: {reason}.", cause)
        {
            Target = path,
            NextStep = nextStep ?? "Make a new package with Export-EtcdCredential.",
        };
}
