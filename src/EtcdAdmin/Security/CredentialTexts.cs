using System.Globalization;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>The texts in a credential package. Tests follow the README to the letter.</summary>
internal static class CredentialTexts
{
    /// <param name="clusterName">Printed only.</param>
    /// <param name="endpoints">As ETCDCTL_ENDPOINTS has them.</param>
    /// <param name="archive">The file name of the archive.</param>
    /// <param name="client">The certificate in the package.</param>
    public static string Readme(string clusterName, string endpoints, string archive, CertificateInfo client) =>
        string.Create(CultureInfo.InvariantCulture, $"""
            Credentials for the etcd cluster {clusterName}

            client.key is a private key: whoever has it can use the cluster as {client.Subject}.
            Keep this folder and the archive it came in to yourself.

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

            Where authentication is enabled, etcd knows this identity as the user {client.CommonName};
            somebody has to have made that user and given it its roles.

            ca.crt       the authority that the members' certificates are checked with
            client.crt   the certificate of this identity
            client.key   its private key
            {CredentialFiles.ShellEnvironment}       sets ETCDCTL_* for sh, bash, zsh and the like
            {CredentialFiles.PowerShellEnvironment}      sets ETCDCTL_* for PowerShell

            """);

    /// <summary>
    /// Only bash tells a sourced file where it is; in other shells it must be the current folder, and the file checks that.
    /// </summary>
    /// <param name="endpoints">As ETCDCTL_ENDPOINTS has them: without quotes or blanks, since they were URLs.</param>
    public static string ForShell(string endpoints) => $$"""
        # Read into a shell from the folder it is in:  . ./{{CredentialFiles.ShellEnvironment}}
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
        # Needed up to etcdctl 3.3, known up to 3.5; newer ones say that they do not know it, and go on.
        export ETCDCTL_API=3
        export ETCDCTL_CACERT="$etcd_credentials/{{CredentialFiles.Authority}}"
        export ETCDCTL_CERT="$etcd_credentials/{{CredentialFiles.Certificate}}"
        export ETCDCTL_KEY="$etcd_credentials/{{CredentialFiles.Key}}"
        export ETCDCTL_ENDPOINTS={{PosixShell.Quote(endpoints)}}
        unset etcd_credentials

        """;

    /// <param name="endpoints">As ETCDCTL_ENDPOINTS has them: without quotes or blanks, since they were URLs.</param>
    public static string ForPowerShell(string endpoints) => $"""
        # Dot-source it from anywhere:  . ./{CredentialFiles.Folder}/{CredentialFiles.PowerShellEnvironment}
        # Needed up to etcdctl 3.3, known up to 3.5; newer ones say that they do not know it, and go on.
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

    // tar takes "host:file" for a file on another machine and "-x" for an option, hence "./" before all but plain names.
    private static bool IsPlain(string name) =>
        char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
