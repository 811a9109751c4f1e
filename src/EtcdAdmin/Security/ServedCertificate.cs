using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Errors;
using EtcdAdmin.Text;

namespace EtcdAdmin.Security;

/// <summary>A certificate as a member serves it.</summary>
/// <param name="Certificate">The certificate.</param>
/// <param name="Took">How long the connection took, without TLS: the round trip from this machine.</param>
internal sealed record ServedCertificate(X509Certificate2 Certificate, TimeSpan Took)
{
    /// <summary>Reads it. Nothing is sent but a TLS greeting, and nothing is trusted: the certificate is only looked at. A server that wants a client
    /// certificate has shown its own before it refuses the connection.</summary>
    /// <param name="url">A client or peer URL with https.</param>
    /// <param name="limit">How long the server may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="EtcdException">ConnectFailed: the connection failed, or is one without TLS. Timeout.</exception>
    public static async Task<ServedCertificate> ReadAsync(Uri url, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var over = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, over.Token);
        try
        {
            return await ReadAsync(url, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new EtcdException(EtcdErrorIds.Timeout, string.Create(CultureInfo.InvariantCulture,
                $"{EndpointUrl.Show(url)} showed no certificate within {limit.TotalSeconds:0.#} s."), e)
            {
                Target = EndpointUrl.Show(url),
                NextStep = "Check that the member runs (Get-EtcdHealth), and that this machine can reach it.",
            };
        }
    }

    private static async Task<ServedCertificate> ReadAsync(Uri url, CancellationToken cancellationToken)
    {
        X509Certificate2? served = null;
        TimeSpan took = TimeSpan.Zero;
        try
        {
            using var socket = new TcpClient { NoDelay = true };
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            await socket.ConnectAsync(EndpointUrl.HostOf(url), url.Port, cancellationToken).ConfigureAwait(false);
            took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            var tls = new SslStream(socket.GetStream());
            await using (tls.ConfigureAwait(false))
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = EndpointUrl.HostOf(url).Split('%')[0],
                        CertificateChainPolicy = new X509ChainPolicy
                        {
                            RevocationMode = X509RevocationMode.NoCheck,
                            DisableCertificateDownloads = true,
                        },
                        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        {
                            served ??= Copy(certificate);
                            return false;
                        },
                        // With TLS 1.2 (etcd before 3.4), a server that wants a client certificate ends the connection before the validation.
                        LocalCertificateSelectionCallback = (_, _, _, certificate, _) =>
                        {
                            served ??= Copy(certificate);
                            return null!; // none
                        },
                    }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException)
        {
            if (served is null)
                throw new EtcdException(EtcdErrorIds.ConnectFailed, $"{EndpointUrl.Show(url)} did not show a certificate: {e.Message}", e)
                {
                    Target = EndpointUrl.Show(url),
                    NextStep = "Check that the member runs (Get-EtcdHealth), that the URL is one with TLS, and that this machine can reach it.",
                };
        }

        return new ServedCertificate(served!, took); // otherwise the authentication failed
    }

    private static X509Certificate2? Copy(X509Certificate? certificate) =>
        certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
}
