using System.Text;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts;
using EtcdAdmin.Security;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>What the operator's machine needs to use a cluster with TLS: the authorities, and a client certificate with its key.</summary>
/// <param name="Tls">The settings of the client; null for a cluster without TLS.</param>
/// <param name="Source">Where the client certificate comes from; null if there is none.</param>
/// <param name="WithoutTools">The hosts without etcdctl beside etcd.</param>
internal sealed record ImportedTls(ClusterTls? Tls, string? Source, IReadOnlyList<string> WithoutTools)
{
    private const string CaEntry = "client-transport-security.trusted-ca-file";

    private static string FilesScript => ShellScript.Of(typeof(ImportedTls), "client-files");

    /// <summary>
    /// Fetches it from the hosts, or takes what the operator gave. A private key is read through the connection only, and only one.
    /// </summary>
    /// <exception cref="EtcdException">CertificateInvalid: no authority or no client certificate was found. Or why a host cannot be read.</exception>
    public static async Task<ImportedTls> FetchAsync(
        AdminContext context, ImportRequest request, IReadOnlyList<EtcdInstallation> installations, CancellationToken cancellationToken)
    {
        HostFiles[] files = await HostErrors.WhenAllAsync(
            installations.Select(installation => ReadAsync(context, installation, cancellationToken))).ConfigureAwait(false);
        string[] withoutTools = [.. files.Where(found => !found.HasTools).Select(found => found.Installation.HostName)];
        if (!installations[0].IsSecure()) return new ImportedTls(null, null, withoutTools);
        (string ca, string caSource) = request.CaFile is { } given
            ? (await PemFile.ReadAsync(given, request.Passphrase, cancellationToken).ConfigureAwait(false), given)
            : await FetchAuthorityAsync(context, installations, cancellationToken).ConfigureAwait(false);
        var sources = new EtcdTlsSources { CertificateAuthorities = caSource };
        if (request.CertificateFile is { } certificateFile)
        {
            string keyFile = request.KeyFile ?? certificateFile;
            string text = await PemFile.ReadAsync(certificateFile, request.Passphrase, cancellationToken).ConfigureAwait(false);
            var tls = new ClusterTls(ca, PemContent.WithoutKeys(text))
            {
                KeyPem = await PemFile.ReadAsync(keyFile, request.Passphrase, cancellationToken).ConfigureAwait(false),
                Sources = sources with { ClientCertificate = certificateFile, ClientKey = keyFile },
            };
            CertificateCheck.KeyMatches(tls.CertificatePem!, tls.KeyPem, certificateFile, keyFile); // set above
            return new ImportedTls(tls, certificateFile, withoutTools);
        }

        foreach (HostFiles found in files)
        {
            foreach ((string certificate, string key, string pem) in found.Pairs)
            {
                if (!IsForClients(pem, certificate, context.Clock)) continue;
                string keyPem = await FetchTextAsync(context, found.Installation, key, cancellationToken).ConfigureAwait(false);
                CertificateCheck.KeyMatches(pem, keyPem, certificate, key);
                string place = $"{found.Installation.HostName}:{certificate}";
                var tls = new ClusterTls(ca, pem)
                {
                    KeyPem = keyPem,
                    Sources = sources with { ClientCertificate = place, ClientKey = $"{found.Installation.HostName}:{key}" },
                };
                return new ImportedTls(tls, place, withoutTools);
            }
        }

        if (installations.Any(RequiresClientCertificate)) throw NoCertificate(request.Name, installations[0].HostName);
        return new ImportedTls(new ClusterTls(ca, null) { Sources = sources }, null, withoutTools);
    }

    private static bool RequiresClientCertificate(EtcdInstallation installation) =>
        installation.Settings.GetValueOrDefault("client-transport-security.client-cert-auth") == "true"
        || installation.Settings.ContainsKey(CaEntry); // etcd verifies clients if it has authorities (client/pkg/transport/listener.go)

    private static async Task<HostFiles> ReadAsync(AdminContext context, EtcdInstallation installation, CancellationToken cancellationToken)
    {
        string program = installation.Program ?? "/etcd";
        var script = new HostScript(FilesScript)
        {
            Arguments =
            [
                $"{program[..program.LastIndexOf('/')]}/etcdctl",
                .. ClientCandidates.Of(installation, installation.Root()).SelectMany(pair => new[] { pair.Certificate, pair.Key }),
            ],
        };
        string output = await context.Hosts.Get(installation.Connection)
            .RunRequiredAsync("look for certificates", script, cancellationToken).ConfigureAwait(false);
        string[][] lines = [.. output.Split('\n').Select(line => line.Split('\t'))];
        return new HostFiles(
            installation,
            lines.Any(line => line is ["tools", "yes"]),
            [.. lines.Where(line => line is ["pair", _, _, _]).Select(line => (line[1], line[2], FactFields.Text(line, 3) ?? ""))]);
    }

    private static bool IsForClients(string pem, string source, TimeProvider clock)
    {
        try
        {
            var certificate = CertificateInfo.FromPem(pem, source);
            CertificateCheck.IsValidNow(certificate, source, clock);
            return certificate.ExtendedKeyUsages.Count == 0 || certificate.ExtendedKeyUsages.Contains("clientAuth");
        }
        catch (EtcdException)
        {
            return false; // the next one may do
        }
    }

    private static async Task<(string Pem, string Source)> FetchAuthorityAsync(
        AdminContext context, IReadOnlyList<EtcdInstallation> installations, CancellationToken cancellationToken)
    {
        foreach (string entry in new[] { CaEntry, "peer-transport-security.trusted-ca-file" })
        {
            if (installations.FirstOrDefault(found => found.Settings.GetValueOrDefault(entry)?.StartsWith('/') == true) is not { } has) continue;
            string path = has.Settings[entry];
            return (await FetchTextAsync(context, has, has.Root() + path, cancellationToken).ConfigureAwait(false), $"{has.HostName}:{path}");
        }

        throw new EtcdException(EtcdErrorIds.CertificateInvalid,
            $"The members use TLS, but the settings of {installations[0].HostName} have no authority (trusted-ca-file), so their certificates "
                + "cannot be verified.")
        {
            Target = installations[0].HostName,
            NextStep = "Supply the authority's certificate with -CaFile.",
        };
    }

    private static async Task<string> FetchTextAsync(
        AdminContext context, EtcdInstallation installation, string path, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await context.Hosts.Get(installation.Connection).GetFileAsync(path, content, cancellationToken).ConfigureAwait(false);
        return Encoding.UTF8.GetString(content.ToArray());
    }

    private static EtcdException NoCertificate(string cluster, string host) => new(EtcdErrorIds.CertificateInvalid,
        $"The members of cluster '{cluster}' require a client certificate, and {host} has none that is valid now and may be used by clients.")
    {
        Target = host,
        NextStep = "Supply one with -CertificateFile and -KeyFile.",
    };

    private sealed record HostFiles(EtcdInstallation Installation, bool HasTools, IReadOnlyList<(string Certificate, string Key, string Pem)> Pairs);
}

/// <summary>What importing asks of an installation.</summary>
internal static class InstallationAnswers
{
    /// <summary>Whether clients use TLS.</summary>
    public static bool IsSecure(this EtcdInstallation installation) =>
        installation.ClientUrls.Any(url => url.Scheme == "https")
        || installation.Settings.ContainsKey("client-transport-security.cert-file");

    /// <summary>What precedes its paths on the host: a process in a container sees other files.</summary>
    public static string Root(this EtcdInstallation installation) =>
        installation.Kind is AdoptedKind.Container or AdoptedKind.KubeadmStaticPod ? $"/proc/{installation.ProcessId}/root" : "";
}
