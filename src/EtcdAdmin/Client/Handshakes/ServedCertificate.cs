using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Handshakes;

/// <summary>A certificate as a member serves it.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Took">How long the connection took, without TLS: the round trip from this machine.</param>
internal sealed record ServedCertificate(X509Certificate2 Certificate, TimeSpan Took)
{
    /// <summary>The intermediate authorities that came with it.</summary>
    public IReadOnlyList<X509Certificate2> Others { get; private init; } = [];

    /// <summary>Reads it. Nothing is sent but a TLS greeting, and nothing is trusted: the certificate is only looked at. A server that wants a client
    /// certificate has shown its own before it refuses the connection.</summary>
    /// <param name="url">A client or peer URL with https.</param>
    /// <param name="limit">How long the server may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ConnectFailed: the connection failed, or is one without TLS. Timeout.</exception>
    public static async Task<ServedCertificate> ReadAsync(Uri url, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        Handshake made = await new HandshakeProbe(tls: null, limit, clock).LookAsync(url, cancellationToken).ConfigureAwait(false);
        if (made.Sent is [var own, ..]) return new ServedCertificate(own, made.Connecting) { Others = [.. made.Sent.Skip(1)] };
        if (made.Failure is OperationCanceledException)
        {
            throw new EtcdException(EtcdErrorIds.Timeout, string.Create(CultureInfo.InvariantCulture,
                $"{EndpointUrl.Show(url)} showed no certificate within {limit.TotalSeconds:0.#} s."), made.Failure)
            {
                Target = EndpointUrl.Show(url),
                NextStep = "Check that the member runs (Get-EtcdHealth), and that this machine can reach it.",
            };
        }

        throw new EtcdException(
            EtcdErrorIds.ConnectFailed, $"{EndpointUrl.Show(url)} did not show a certificate: {made.Failure?.Message}", made.Failure)
        {
            Target = EndpointUrl.Show(url),
            NextStep = "Check that the member runs (Get-EtcdHealth), that the URL is one with TLS, and that this machine can reach it.",
        };
    }
}
