using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Connecting;
using EtcdAdmin.Deployment.Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Diagnosis.Handshakes;

/// <summary>Tests TLS with endpoints: what the server shows, and whether a client with its trust and its certificate can use it.</summary>
/// <param name="context">The environment.</param>
/// <param name="timeout">The time for one connection; three are made to each endpoint, at the same time to all.</param>
/// <param name="warnDays">The verdict names a certificate that is valid for fewer days.</param>
public sealed class TlsTester(AdminContext context, TimeSpan timeout, int warnDays)
{
    /// <summary>Tests the client URLs of all members, with the cluster's own trust and client certificate.</summary>
    /// <param name="cluster">The cluster. Its members are known if one of them answers; otherwise those of the profile are tested.</param>
    /// <param name="cancellationToken">Cancels the test.</param>
    /// <returns>One result for each URL, also for one that does not answer.</returns>
    /// <exception cref="EtcdException">CertificateInvalid: the cluster's own certificates cannot be read.</exception>
    public async Task<IReadOnlyList<EtcdTlsResult>> TestAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return await TestAsync(cluster, await FindAsync(cluster, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tests endpoints that need not belong to a saved cluster.</summary>
    /// <param name="request">The endpoints, and the files with the trust and the client certificate. It is not saved.</param>
    /// <param name="cancellationToken">Cancels the test.</param>
    /// <returns>One result for each endpoint, also for one that does not answer.</returns>
    /// <exception cref="EtcdException">SpecInvalid, CertificateInvalid, CredentialPackageInvalid: the input.</exception>
    public async Task<IReadOnlyList<EtcdTlsResult>> TestAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = await new ClusterConnector(context)
            .DescribeAsync(request, EtcdctlEnvironment.OfProcess(), cancellationToken).ConfigureAwait(false);
        EndpointPlace[] places = [.. cluster.Endpoints.Select(endpoint => new EndpointPlace(null, endpoint))];
        return await TestAsync(cluster, places, cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<EtcdTlsResult>> TestAsync(
        EtcdCluster cluster, IReadOnlyList<EndpointPlace> endpoints, CancellationToken cancellationToken)
    {
        var trial = new EndpointTrial(cluster, timeout, context.Clock);
        return await Task.WhenAll(endpoints.Select(async place =>
        {
            EndpointFindings found = await trial.RunAsync(place.Endpoint, cancellationToken).ConfigureAwait(false);
            return new TlsVerdict(cluster, found, context.Clock.GetUtcNow(), warnDays).ToResult(place.Member);
        })).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<EndpointPlace>> FindAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        IReadOnlyList<MemberPlace> known = [];
        try
        {
            known = await MemberPlace.FindAsync(cluster, cluster.Spec?.Members ?? [], timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (EtcdException)
        {
            // Why no member answers is what the test is to find out, at the endpoints that are known.
        }

        return [.. known.Where(place => place.Use == CertificateUse.Server).Select(place => new EndpointPlace(place.Member, place.Url))
            .Concat(cluster.Endpoints.Where(EndpointUrl.IsNetwork).Select(endpoint => new EndpointPlace(null, endpoint)))
            .DistinctBy(place => EndpointUrl.Show(place.Endpoint), StringComparer.OrdinalIgnoreCase)];
    }

    private sealed record EndpointPlace(string? Member, Uri Endpoint);
}
