using System.Globalization;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>The texts in a credential package. A test follows the README literally.</summary>
internal static class CredentialTexts
{
    /// <param name="clusterName">Only printed.</param>
    /// <param name="endpoints">In the format of ETCDCTL_ENDPOINTS.</param>
    /// <param name="archive">The file name of the archive.</param>
    /// <param name="client">The certificate in the package.</param>
    public static string Readme(string clusterName, string endpoints, string archive, CertificateInfo client) =>
        string.Create(CultureInfo.InvariantCulture, $"""
            Credentials for the etcd cluster {clusterName}

            client.key is a private key: anyone who has it can use the cluster as {client.Subject}.
            Keep this folder and its archive secret.

            Linux and macOS, in a shell:

                tar -xzf {QuoteForShell(archive)}
                cd {CredentialFiles.Folder}
                . ./{CredentialFiles.ShellEnvironment}
                etcdctl member list
                etcdctl endpoint health

            PowerShell 7 on any system:

                tar -xzf {QuoteForPowerShell(archive)}
                . ./{CredentialFiles.Folder}/{CredentialFiles.PowerShellEnvironment}
                etcdctl member list
                etcdctl endpoint health

            Endpoints:   {endpoints.Replace(",", "\n             ", StringComparison.Ordinal)}
            Identity:    {client.Subject}
            Valid until: {client.NotAfter:yyyy-MM-dd HH:mm:ss} UTC

            If authentication is enabled, etcd uses this identity as the user {client.CommonName}.
            That user must exist in etcd and have the roles it needs.

            ca.crt       the authority that verifies the members' certificates
            client.crt   the certificate of this identity
            client.key   its private key
            {CredentialFiles.ShellEnvironment}       sets ETCDCTL_* for sh, bash, zsh and similar shells
            {CredentialFiles.PowerShellEnvironment}      sets ETCDCTL_* for PowerShell

            """);

    /// <summary>In bash a sourced file can find its own path; in other shells its folder must be the current one, and the file checks that.</summary>
    /// <param name="endpoints">In the format of ETCDCTL_ENDPOINTS, without quotes or blanks.</param>
    public static string ForShell(string endpoints) => $$"""
        # Source this file from its own folder:  . ./{{CredentialFiles.ShellEnvironment}}
        if [ -n "${BASH_SOURCE:-}" ]; then
            etcd_credentials=$(CDPATH='' cd -- "$(dirname -- "$BASH_SOURCE")" && pwd)
        else
            etcd_credentials=$PWD
        fi
        if [ ! -f "$etcd_credentials/{{CredentialFiles.Key}}" ]; then
            echo "no {{CredentialFiles.Key}} in $etcd_credentials: change to the folder of {{CredentialFiles.ShellEnvironment}} first" >&2
            unset etcd_credentials
            return 1
        fi
        # etcdctl needs this up to 3.3 and accepts it up to 3.5; newer versions print a warning and ignore it.
        export ETCDCTL_API=3
        export ETCDCTL_CACERT="$etcd_credentials/{{CredentialFiles.Authority}}"
        export ETCDCTL_CERT="$etcd_credentials/{{CredentialFiles.Certificate}}"
        export ETCDCTL_KEY="$etcd_credentials/{{CredentialFiles.Key}}"
        export ETCDCTL_ENDPOINTS={{PosixShell.Quote(endpoints)}}
        unset etcd_credentials

        """;

    /// <param name="endpoints">In the format of ETCDCTL_ENDPOINTS, without quotes or blanks.</param>
    public static string ForPowerShell(string endpoints) => $"""
        # Dot-source this file from any folder:  . ./{CredentialFiles.Folder}/{CredentialFiles.PowerShellEnvironment}
        # etcdctl needs this up to 3.3 and accepts it up to 3.5; newer versions print a warning and ignore it.
        $env:ETCDCTL_API = '3'
        $env:ETCDCTL_CACERT = Join-Path $PSScriptRoot '{CredentialFiles.Authority}'
        $env:ETCDCTL_CERT = Join-Path $PSScriptRoot '{CredentialFiles.Certificate}'
        $env:ETCDCTL_KEY = Join-Path $PSScriptRoot '{CredentialFiles.Key}'
        $env:ETCDCTL_ENDPOINTS = '{endpoints}'

        """;

    private static string QuoteForShell(string name) =>
        IsPlain(name) ? name : PosixShell.Quote("./" + name);

    private static string QuoteForPowerShell(string name) =>
        IsPlain(name) ? name : $"'./{name.Replace("'", "''", StringComparison.Ordinal)}'";

    // tar reads "host:file" as a file on another machine and "-x" as an option, so names other than plain ones get a "./" in front.
    private static bool IsPlain(string name) =>
        char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
