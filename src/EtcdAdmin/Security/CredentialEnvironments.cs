using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>The files of a credential package that set etcdctl's variables.</summary>
/// <remarks>The variables of the v2 API have files of their own: with the v3 API, etcdctl prints a warning for each variable that it does not
/// know.</remarks>
internal static class CredentialEnvironments
{
    /// <summary>The folder in which a service expects the package: systemd's files have no relative paths.</summary>
    public const string ServiceFolder = "/etc/" + CredentialFiles.Folder;

    // etcd v3.3.27 etcdctl/ctlv3/ctl.go
    private static readonly Variable[] Current =
    [
        new("ETCDCTL_CACERT", CredentialFiles.Authority),
        new("ETCDCTL_CERT", CredentialFiles.Certificate),
        new("ETCDCTL_KEY", CredentialFiles.Key),
        new("ETCDCTL_ENDPOINTS", null),
    ];

    // etcd v3.3.27 etcdctl/ctlv2/ctl.go; ETCDCTL_PEERS is the name of etcd 2.0 and 2.1.
    private static readonly Variable[] V2 =
    [
        new("ETCDCTL_CA_FILE", CredentialFiles.Authority),
        new("ETCDCTL_CERT_FILE", CredentialFiles.Certificate),
        new("ETCDCTL_KEY_FILE", CredentialFiles.Key),
        new("ETCDCTL_ENDPOINT", null),
        new("ETCDCTL_PEERS", null),
    ];

    /// <summary>The files, by name.</summary>
    /// <param name="endpoints">In the format of ETCDCTL_ENDPOINTS, without quotes or blanks.</param>
    public static IEnumerable<KeyValuePair<string, string>> All(string endpoints) =>
    [
        new(CredentialFiles.ShellEnvironment, ForShell(CredentialFiles.ShellEnvironment, endpoints, isV2: false)),
        new(CredentialFiles.PowerShellEnvironment, ForPowerShell(CredentialFiles.PowerShellEnvironment, endpoints, isV2: false)),
        new(CredentialFiles.SystemdEnvironment, ForSystemd(CredentialFiles.SystemdEnvironment, endpoints, isV2: false)),
        new(CredentialFiles.V2ShellEnvironment, ForShell(CredentialFiles.V2ShellEnvironment, endpoints, isV2: true)),
        new(CredentialFiles.V2PowerShellEnvironment, ForPowerShell(CredentialFiles.V2PowerShellEnvironment, endpoints, isV2: true)),
        new(CredentialFiles.V2SystemdEnvironment, ForSystemd(CredentialFiles.V2SystemdEnvironment, endpoints, isV2: true)),
    ];

    // In bash a sourced file can find its own path; in other shells its folder must be the current one, and the file checks that.
    private static string ForShell(string name, string endpoints, bool isV2) => $$"""
        # Source this file from its own folder:  . ./{{name}}
        if [ -n "${BASH_SOURCE:-}" ]; then
            etcd_credentials=$(CDPATH='' cd -- "$(dirname -- "$BASH_SOURCE")" && pwd)
        else
            etcd_credentials=$PWD
        fi
        if [ ! -f "$etcd_credentials/{{CredentialFiles.Key}}" ]; then
            echo "no {{CredentialFiles.Key}} in $etcd_credentials: change to the folder of {{name}} first" >&2
            unset etcd_credentials
            return 1
        fi
        {{WhyApi(isV2)}}
        export ETCDCTL_API={{(isV2 ? 2 : 3)}}
        {{Lines(isV2, variable => variable.File is { } file
            ? $"export {variable.Name}=\"$etcd_credentials/{file}\""
            : $"export {variable.Name}={PosixShell.Quote(endpoints)}")}}
        unset etcd_credentials

        """;

    private static string ForPowerShell(string name, string endpoints, bool isV2) => $$"""
        # Dot-source this file from any folder:  . ./{{CredentialFiles.Folder}}/{{name}}
        {{WhyApi(isV2)}}
        $env:ETCDCTL_API = '{{(isV2 ? 2 : 3)}}'
        {{Lines(isV2, variable => variable.File is { } file
            ? $"$env:{variable.Name} = Join-Path $PSScriptRoot '{file}'"
            : $"$env:{variable.Name} = '{endpoints}'")}}

        """;

    private static string ForSystemd(string name, string endpoints, bool isV2) => $$"""
        # For a service: EnvironmentFile={{ServiceFolder}}/{{name}}
        # systemd needs absolute paths. If the folder is elsewhere, change them here.
        {{WhyApi(isV2)}}
        ETCDCTL_API={{(isV2 ? 2 : 3)}}
        {{Lines(isV2, variable => $"{variable.Name}={(variable.File is { } file ? $"{ServiceFolder}/{file}" : endpoints)}")}}

        """;

    private static string WhyApi(bool isV2) => isV2
        ? "# The names of the v2 API, which etcdctl has up to 3.5."
        : "# etcdctl needs this up to 3.3 and accepts it up to 3.5; newer versions print a warning and ignore it.";

    private static string Lines(bool isV2, Func<Variable, string> line) => string.Join('\n', (isV2 ? V2 : Current).Select(line));

    /// <summary>A variable.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="File">The file that it names; null for the endpoints.</param>
    private sealed record Variable(string Name, string? File);
}
