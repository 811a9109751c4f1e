using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Handshakes;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Clusters;

namespace EtcdAdmin.Diagnosis.Handshakes;

/// <summary>What the connections to one endpoint showed.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Failure">Why the client of EtcdAdmin cannot use it; null if it can.</param>
/// <param name="Own">The trial with the client certificate, or without one if there is none; null for a plaintext endpoint.</param>
/// <param name="Anonymous">The trial without a client certificate; null for a plaintext endpoint.</param>
internal sealed record EndpointFindings(Uri Endpoint, EtcdRpcException? Failure, Handshake? Own, Handshake? Anonymous);

/// <summary>Connects to an endpoint as the client does, and twice only to look: with the client certificate and without one.</summary>
/// <param name="cluster">The trust and the client certificate.</param>
/// <param name="timeout">The time for one connection.</param>
/// <param name="clock">The clock.</param>
internal sealed class EndpointTrial(EtcdCluster cluster, TimeSpan timeout, TimeProvider clock)
{
    /// <summary>Makes the connections. A failure is part of the findings.</summary>
    public async Task<EndpointFindings> RunAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        Task<EtcdRpcException?> use = UseAsync(endpoint, cancellationToken);
        if (endpoint.Scheme != Uri.UriSchemeHttps)
            return new EndpointFindings(endpoint, await use.ConfigureAwait(false), Own: null, Anonymous: null);
        EtcdTls? tls = cluster.Client.Options.Tls;
        var probe = new HandshakeProbe(tls, timeout, clock);
        Task<Handshake> anonymous = probe.MakeAsync(endpoint, withCertificate: false, cancellationToken);
        Task<Handshake> own = tls?.ClientCertificate is null ? anonymous : probe.MakeAsync(endpoint, withCertificate: true, cancellationToken);
        await Task.WhenAll(use, anonymous, own).ConfigureAwait(false);
        return new EndpointFindings(
            endpoint, await use.ConfigureAwait(false), await own.ConfigureAwait(false), await anonymous.ConfigureAwait(false));
    }

    // A client of its own: connections that are open already would show nothing.
    private async Task<EtcdRpcException?> UseAsync(Uri endpoint, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(timeout * 2, clock); // a failed connection is followed by a question about its protocol
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new EtcdClient(cluster.Client.Options with
        {
            Endpoints = [endpoint],
            ConnectTimeout = timeout,
            TimeProvider = clock,
        });
        try
        {
            await (cluster.IsBefore3 ? client.Api2.VersionsAsync(either.Token) : client.CheckAsync(either.Token)).ConfigureAwait(false);
            return null;
        }
        catch (EtcdRpcException e)
        {
            return e;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            return RpcErrors.Timeout(endpoint, "version", timeout * 2, e);
        }
    }
}
