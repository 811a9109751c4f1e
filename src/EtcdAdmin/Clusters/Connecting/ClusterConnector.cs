using EtcdAdmin.Client;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters;

/// <summary>Makes cluster objects for clusters that others installed, and saves them where a name is given.</summary>
/// <param name="context">The surroundings.</param>
public sealed class ClusterConnector(AdminContext context)
{
    // What etcdctl dials where it is told nothing.
    private const string DefaultEndpoint = "http://127.0.0.1:2379";

    /// <summary>Makes the cluster, asks it once, and saves it where it has a name.</summary>
    /// <param name="request">How to reach it.</param>
    /// <param name="cancellationToken">Gives up; nothing is saved then.</param>
    /// <exception cref="EtcdException">
    /// AlreadyExists: the name is that of a cluster installed from here. SpecInvalid, CertificateInvalid,
    /// CredentialPackageInvalid: the input. Or why the cluster does not answer.
    /// </exception>
    public async Task<EtcdCluster> ConnectAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Name is { } name)
        {
            ClusterName.Check(name, "cluster");
            if (context.Profiles.Exists(name)
                && (await context.Profiles.LoadAsync(name, cancellationToken).ConfigureAwait(false)).IsManaged) throw Taken(name);
        }

        EtcdCluster cluster = await DescribeAsync(request, EtcdctlEnvironment.OfProcess, cancellationToken).ConfigureAwait(false);
        await ProveAsync(cluster, cancellationToken).ConfigureAwait(false);
        if (request.Name is not null) await context.Profiles.SaveAsync(cluster, cancellationToken).ConfigureAwait(false);
        return cluster;
    }

    /// <summary>The cluster of a request, not asked yet.</summary>
    internal async Task<EtcdCluster> DescribeAsync(
        ConnectRequest request, EtcdctlEnvironment environment, CancellationToken cancellationToken)
    {
        (ClusterTls? tls, IReadOnlyList<Uri> packaged) = request.CredentialPackage is { } package
            ? await ReadPackageAsync(package, cancellationToken).ConfigureAwait(false)
            : (await ReadFilesAsync(request, environment, cancellationToken).ConfigureAwait(false), []);
        IReadOnlyList<Uri> endpoints = request.Endpoints is { Count: > 0 } given ? Parse(given, tls is not null)
            : packaged.Count > 0 ? packaged
            : environment.Endpoints is { Count: > 0 } set ? Parse(set, tls is not null)
            : [new Uri(DefaultEndpoint)];
        return new EtcdCluster(request.Name ?? endpoints[0].Authority, endpoints)
        {
            Tls = tls,
            Credential = request.Credential ?? environment.Credential,
        };
    }

    private static IReadOnlyList<Uri> Parse(IReadOnlyList<string> endpoints, bool secure) =>
        [.. endpoints.Select(endpoint => Parse(endpoint, secure))];

    private static Uri Parse(string endpoint, bool secure)
    {
        string text = endpoint.Contains("://", StringComparison.Ordinal) ? endpoint : (secure ? "https://" : "http://") + endpoint;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.PathAndQuery == "/") return url;
        throw new EtcdException(EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidInput,
            $"'{endpoint}' is no endpoint: one looks like https://10.0.0.1:2379.")
        { Target = endpoint };
    }

    private static async Task<ClusterTls?> ReadFilesAsync(
        ConnectRequest request, EtcdctlEnvironment environment, CancellationToken cancellationToken)
    {
        string? ca = request.CaFile ?? environment.CaFile;
        string? certificate = request.CertificateFile ?? environment.CertificateFile;
        string? key = request.KeyFile ?? environment.KeyFile;
        if (certificate is null != key is null)
        {
            throw new EtcdException(EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidInput,
                "A client certificate and its key are given together or not at all.")
            { Target = certificate ?? key };
        }

        if (ca is null && certificate is null) return null;
        string? caPem = ca is null ? null : await PemFile.ReadAsync(ca, cancellationToken).ConfigureAwait(false);
        if (certificate is null || key is null) return new ClusterTls(caPem, null);
        return new ClusterTls(caPem, await PemFile.ReadAsync(certificate, cancellationToken).ConfigureAwait(false))
        {
            KeyPem = await PemFile.ReadAsync(key, cancellationToken).ConfigureAwait(false),
        };
    }

    private async Task<(ClusterTls? Tls, IReadOnlyList<Uri> Endpoints)> ReadPackageAsync(string path, CancellationToken cancellationToken)
    {
        CredentialPackage package = await CredentialPackage.ReadAsync(path, context.Clock, cancellationToken).ConfigureAwait(false);
        return (new ClusterTls(package.AuthorityPem, package.CertificatePem) { KeyPem = package.KeyPem }, package.Endpoints);
    }

    /// <summary>A cluster that nobody can talk to is not worth saving; one that refuses us is there.</summary>
    private static async Task ProveAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.PermissionDenied)
        {
            // A user who may not ask for the status may still read keys.
        }
    }

    private static EtcdException Taken(string name) => new(
        EtcdErrorIds.AlreadyExists, EtcdErrorKind.AlreadyExists, $"'{name}' is the name of a cluster that was installed from here.")
    {
        Target = name,
        NextStep = "Choose another name.",
    };
}
