using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>Makes cluster objects for clusters that others installed, and saves them where a name is given.</summary>
/// <param name="context">The surroundings.</param>
public sealed class ClusterConnector(AdminContext context)
{
    // What etcdctl dials where it is told nothing.
    private const string DefaultEndpoint = "127.0.0.1:2379";

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

        EtcdCluster cluster = await DescribeAsync(request, EtcdctlEnvironment.OfProcess(), cancellationToken).ConfigureAwait(false);
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
            : (null, []);
        bool given = request.Endpoints is { Count: > 0 } || packaged.Count > 0;
        environment.Check(part => IsOpen(request, part, given), usesDefault: !given && environment.Endpoints is null);
        if (request.CredentialPackage is null) tls = await ReadFilesAsync(request, environment, cancellationToken).ConfigureAwait(false);
        bool secure = tls is not null || environment.RequiresTls;
        IReadOnlyList<Uri> endpoints = request.Endpoints is { Count: > 0 } named ? Parse(named, secure, from: null)
            : packaged.Count > 0 ? packaged
            : environment.Endpoints is { } set ? Parse(set, secure, environment.EndpointsName)
            : Parse([DefaultEndpoint], secure, from: null);
        return new EtcdCluster(request.Name ?? EndpointUrl.ShowAuthority(endpoints[0]), endpoints)
        {
            Tls = tls,
            Credential = request.Credential ?? environment.Credential,
        };
    }

    /// <summary>Whether etcdctl's variables count for a part, because the request says nothing about it.</summary>
    private static bool IsOpen(ConnectRequest request, EtcdctlPart part, bool endpointsGiven) => part switch
    {
        EtcdctlPart.Endpoints or EtcdctlPart.Discovery => !endpointsGiven,
        EtcdctlPart.Authority => request.CredentialPackage is null && request.CaFile is null,
        EtcdctlPart.Certificate => request.CredentialPackage is null && request.CertificateFile is null,
        EtcdctlPart.Key => request.CredentialPackage is null && request.KeyFile is null,
        EtcdctlPart.User => request.Credential is null,
        _ => false,
    };

    /// <summary>Endpoints, each text one or several with commas between them, as etcdctl takes them.</summary>
    private static IReadOnlyList<Uri> Parse(IReadOnlyList<string> texts, bool secure, string? from)
    {
        try
        {
            Uri[] endpoints = [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(text => EndpointUrl.Parse(text, secure))];
            return endpoints.Length > 0 ? endpoints : [EndpointUrl.Parse("", secure)]; // which says that it is empty
        }
        catch (EtcdException e) when (from is not null)
        {
            throw EtcdctlVariable.Naming(from, e, target: from);
        }
    }

    private static async Task<ClusterTls?> ReadFilesAsync(
        ConnectRequest request, EtcdctlEnvironment environment, CancellationToken cancellationToken)
    {
        PemSource? ca = PemSource.Of(request.CaFile, environment.CaFile, environment.CaFileName);
        PemSource? certificate = PemSource.Of(request.CertificateFile, environment.CertificateFile, environment.CertificateFileName);
        PemSource? key = PemSource.Of(request.KeyFile, environment.KeyFile, environment.KeyFileName);
        if (certificate is null != key is null)
        {
            throw new EtcdException(EtcdErrorIds.SpecInvalid,
                certificate is null
                    ? $"A client key is given ('{key!.Path}'), but not its certificate." // one of them is
                    : $"A client certificate is given ('{certificate.Path}'), but not its key.")
            {
                Target = (certificate ?? key)!.Path,
                NextStep = certificate is null
                    ? "Give the certificate too: -CertificateFile or ETCDCTL_CERT."
                    : "Give the key too: -KeyFile or ETCDCTL_KEY. Where one file holds both, name it twice.",
            };
        }

        if (ca is null && certificate is null) return null;
        string? caPem = ca is null ? null : await ca.ReadAsync(request.Folder, cancellationToken).ConfigureAwait(false);
        var sources = new EtcdTlsSources();
        if (ca is not null) sources = sources with { CertificateAuthorities = ca.Path };
        if (certificate is null || key is null) return new ClusterTls(caPem, null) { Sources = sources };
        return new ClusterTls(caPem, await certificate.ReadAsync(request.Folder, cancellationToken).ConfigureAwait(false))
        {
            KeyPem = await key.ReadAsync(request.Folder, cancellationToken).ConfigureAwait(false),
            Sources = sources with { ClientCertificate = certificate.Path, ClientKey = key.Path },
        };
    }

    private async Task<(ClusterTls? Tls, IReadOnlyList<Uri> Endpoints)> ReadPackageAsync(string path, CancellationToken cancellationToken)
    {
        CredentialPackage package = await CredentialPackage.ReadAsync(path, context.Clock, cancellationToken).ConfigureAwait(false);
        var tls = new ClusterTls(package.AuthorityPem, package.CertificatePem)
        {
            KeyPem = package.KeyPem,
            Sources = new EtcdTlsSources($"ca.crt of {path}", $"client.crt of {path}", $"client.key of {path}"),
        };
        return (tls, package.Endpoints);
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
        EtcdErrorIds.AlreadyExists, $"'{name}' is the name of a cluster that was installed from here.")
    {
        Target = name,
        NextStep = "Choose another name.",
    };
}
