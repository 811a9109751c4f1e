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

            A service of systemd: unpack the archive in /etc, make the folder and its files the property of the
            service's user, and add the line below to the section [Service] of its unit.

                EnvironmentFile={CredentialEnvironments.ServiceFolder}/{CredentialFiles.SystemdEnvironment}

            etcd's v2 API: take {CredentialFiles.V2ShellEnvironment}, {CredentialFiles.V2PowerShellEnvironment} or {CredentialFiles.V2SystemdEnvironment} instead. Its etcdctl has no "endpoint health",
            but "cluster-health".

            If authentication is enabled, etcd uses this identity as the user {client.CommonName}.
            That user must exist in etcd and have the roles it needs.

            ca.crt       the authority that verifies the members' certificates
            client.crt   the certificate of this identity
            client.key   its private key
            {CredentialFiles.ShellEnvironment}       sets ETCDCTL_* for sh, bash, zsh and similar shells
            {CredentialFiles.PowerShellEnvironment}      sets ETCDCTL_* for PowerShell
            {CredentialFiles.SystemdEnvironment}  sets ETCDCTL_* for services of systemd
            env-v2.*     the same with the names of the v2 API

            """);

    private static string QuoteForShell(string name) =>
        IsPlain(name) ? name : PosixShell.Quote("./" + name);

    private static string QuoteForPowerShell(string name) =>
        IsPlain(name) ? name : $"'./{name.Replace("'", "''", StringComparison.Ordinal)}'";

    // tar reads "host:file" as a file on another machine and "-x" as an option, so names other than plain ones get a "./" in front.
    private static bool IsPlain(string name) =>
        char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
