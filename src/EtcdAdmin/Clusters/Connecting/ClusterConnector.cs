using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Errors;
using EtcdAdmin.Security;
using EtcdAdmin.Text;
using EtcdAdmin.Text.Pem;

namespace EtcdAdmin.Clusters.Connecting;

/// <summary>Connects to existing clusters, and saves them under a name.</summary>
/// <param name="context">The environment.</param>
public sealed class ClusterConnector(AdminContext context)
{
    // etcdctl's default.
    private const string DefaultEndpoint = "127.0.0.1:2379";

    /// <summary>Connects to the cluster, tests the connection, and saves the cluster if it has a name.</summary>
    /// <param name="request">The connection.</param>
    /// <param name="cancellationToken">Cancels the call; nothing is saved then.</param>
    /// <exception cref="EtcdException">AlreadyExists: the name is that of a cluster that EtcdAdmin installed. SpecInvalid, CertificateInvalid,
    /// CredentialPackageInvalid: the input. Or the reason why the cluster does not answer.</exception>
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

    /// <summary>The cluster of a request; the connection is not tested yet.</summary>
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

    /// <summary>Whether etcdctl's variables apply to a part, because the request does not set it.</summary>
    private static bool IsOpen(ConnectRequest request, EtcdctlPart part, bool endpointsGiven) => part switch
    {
        EtcdctlPart.Endpoints or EtcdctlPart.Discovery => !endpointsGiven,
        EtcdctlPart.Authority => request.CredentialPackage is null && request.CaFile is null,
        EtcdctlPart.Certificate => request.CredentialPackage is null && request.CertificateFile is null,
        EtcdctlPart.Key => request.CredentialPackage is null && request.KeyFile is null,
        EtcdctlPart.User => request.Credential is null,
        _ => false,
    };

    /// <summary>Endpoints; each text is one or several separated by commas, as in etcdctl.</summary>
    private static IReadOnlyList<Uri> Parse(IReadOnlyList<string> texts, bool secure, string? from)
    {
        try
        {
            Uri[] endpoints = [.. texts.SelectMany(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Select(text => EndpointUrl.Parse(text, secure))];
            return endpoints.Length > 0 ? endpoints : [EndpointUrl.Parse("", secure)]; // throws: the text is empty
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
        Task<string> ReadAsync(PemSource source) => source.ReadAsync(request.Folder, request.Passphrase, cancellationToken);
        if (certificate is null && key is not null) throw Half($"A client key is given ('{key.Path}'), but not its certificate.", key,
            "Supply the certificate too: -CertificateFile or ETCDCTL_CERT.");
        if (ca is null && certificate is null) return null;
        string? caPem = ca is null ? null : await ReadAsync(ca).ConfigureAwait(false);
        var sources = new EtcdTlsSources();
        if (ca is not null) sources = sources with { CertificateAuthorities = ca.Path };
        if (certificate is null) return new ClusterTls(caPem, null) { Sources = sources };
        string certificatePem = await ReadAsync(certificate).ConfigureAwait(false);
        if (key is null && !PemContent.HasKey(certificatePem)) throw Half(
            $"A client certificate is given ('{certificate.Path}'), but not its key.", certificate, "Supply the key too: -KeyFile or ETCDCTL_KEY.");
        return new ClusterTls(caPem, PemContent.WithoutKeys(certificatePem))
        {
            KeyPem = key is null ? certificatePem : await ReadAsync(key).ConfigureAwait(false),
            Sources = sources with { ClientCertificate = certificate.Path, ClientKey = (key ?? certificate).Path },
        };
    }

    private static EtcdException Half(string message, PemSource given, string nextStep) =>
        new(EtcdErrorIds.SpecInvalid, message) { Target = given.Path, NextStep = nextStep };

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

    /// <summary>A cluster that does not answer is not saved; one that refuses the user exists.</summary>
    private static async Task ProveAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            await cluster.Client.Maintenance.StatusAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdRpcException e) when (e.Error == EtcdError.PermissionDenied)
        {
            // A user without permission for the status may still read keys.
        }
    }

    private static EtcdException Taken(string name) => new(
        EtcdErrorIds.AlreadyExists, $"'{name}' is the name of a cluster that EtcdAdmin installed from this machine.")
    {
        Target = name,
        NextStep = "Choose another name.",
    };
}
