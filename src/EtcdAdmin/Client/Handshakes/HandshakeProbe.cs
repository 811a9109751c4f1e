using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Rpc;

namespace EtcdAdmin.Client.Handshakes;

/// <summary>Makes trial connections. The server's certificate is checked, but does not end the connection; nothing is sent but a request for
/// <c>/version</c>.</summary>
/// <param name="tls">The trust, and the client certificate.</param>
/// <param name="limit">The time for one connection.</param>
/// <param name="clock">The clock.</param>
internal sealed class HandshakeProbe(EtcdTls? tls, TimeSpan limit, TimeProvider clock)
{
    private const int MaxHead = 16 << 10; // of an answer

    private readonly ServerTrust _trust = new(tls, clock);

    /// <summary>Makes one connection. It never fails: the result has the reason.</summary>
    /// <param name="endpoint">A URL with https.</param>
    /// <param name="withCertificate">Whether the client certificate is offered, if there is one.</param>
    /// <param name="cancellationToken">Cancels the connection.</param>
    public Task<Handshake> MakeAsync(Uri endpoint, bool withCertificate, CancellationToken cancellationToken) =>
        MakeAsync(endpoint, withCertificate, asks: true, cancellationToken);

    /// <summary>The same without a client certificate, and without a request after the handshake.</summary>
    public Task<Handshake> LookAsync(Uri endpoint, CancellationToken cancellationToken) =>
        MakeAsync(endpoint, withCertificate: false, asks: false, cancellationToken);

    private async Task<Handshake> MakeAsync(Uri endpoint, bool withCertificate, bool asks, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var trial = new Trial(_trust, tls?.ServerName ?? Dialer.NameOf(endpoint));
        try
        {
            long start = clock.GetTimestamp();
            Socket socket = await new Dialer(limit, clock).DialAsync(endpoint, either.Token).ConfigureAwait(false);
            trial.Connecting = clock.GetElapsedTime(start);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await using (stream.ConfigureAwait(false))
            {
                await stream.AuthenticateAsClientAsync(trial.Options(
                    withCertificate ? ClientChain.Create(tls, clock.GetUtcNow()) : null), either.Token).ConfigureAwait(false);
                Handshake made = trial.Result with { Protocol = stream.SslProtocol, CipherSuite = stream.NegotiatedCipherSuite };
                if (!asks) return made;
                try
                {
                    string head = await AskAsync(stream, endpoint, either.Token).ConfigureAwait(false);
                    return made with { Answered = true, ClockSkew = SkewIn(head) };
                }
                catch (Exception e) when (IsFailure(e, cancellationToken))
                {
                    return made with { Failure = e };
                }
            }
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            return trial.Result with { Failure = e };
        }
    }

    private static bool IsFailure(Exception e, CancellationToken cancelled) => e is AuthenticationException or IOException or SocketException
        || (e is OperationCanceledException && !cancelled.IsCancellationRequested);

    private static async Task<string> AskAsync(SslStream stream, Uri endpoint, CancellationToken cancellationToken)
    {
        string host = endpoint.HostNameType == UriHostNameType.IPv6 ? $"[{Dialer.NameOf(endpoint)}]" : Dialer.NameOf(endpoint);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"GET /version HTTP/1.1\r\nHost: {host}:{endpoint.Port}\r\nConnection: close\r\n\r\n"), cancellationToken)
            .ConfigureAwait(false);
        byte[] buffer = new byte[MaxHead];
        int length = 0;
        while (length < buffer.Length)
        {
            int count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            length += count;
            if (buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0) return Encoding.ASCII.GetString(buffer, 0, length);
        }

        throw new IOException("The server closed the connection without an answer.");
    }

    private TimeSpan? SkewIn(string head)
    {
        const string Field = "date:";
        string? line = head.Split("\r\n").FirstOrDefault(line => line.StartsWith(Field, StringComparison.OrdinalIgnoreCase));
        return line is not null
            && DateTimeOffset.TryParseExact(
                line[Field.Length..].Trim(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? EndpointBook.SkewOf(date, clock.GetUtcNow())
            : null;
    }

    /// <summary>Collects what the server shows during one handshake.</summary>
    private sealed class Trial(ServerTrust trust, string name)
    {
        private readonly ServerCertificateVerdict _verdict = new(trust, name);

        public Handshake Result { get; private set; } = new();

        public TimeSpan Connecting
        {
            set => Result = Result with { Connecting = value };
        }

        public SslClientAuthenticationOptions Options(SslStreamCertificateContext? client)
        {
#pragma warning disable CA5359 // The certificate is checked, but a wrong one must not end the trial. Nothing secret is sent over the connection.
            var options = new SslClientAuthenticationOptions
            {
                TargetHost = name,
                ClientCertificateContext = client,
                CertificateChainPolicy = trust.ChainPolicy(),
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    _verdict.Take(certificate, chain, errors);
                    Result = Result with { Findings = _verdict.Findings ?? [], Sent = SentBy(certificate, chain) };
                    return true;
                },
                AllowTlsResume = false,
            };
#pragma warning restore CA5359
            if (client is not null) return options;
            options.LocalCertificateSelectionCallback = (_, _, _, certificate, authorities) =>
            {
                // The first call comes before the server has answered.
                if (certificate is not null || authorities.Length > 0)
                {
                    Result = Result with { AsksForCertificate = true, Authorities = authorities };
                    if (Result.Sent.Count == 0) Result = Result with { Sent = [.. Copy(certificate)] };
                }

                return null!; // none
            };
            return options;
        }

        // The platform disposes its own after the handshake.
        private static IEnumerable<X509Certificate2> Copy(X509Certificate? certificate) =>
            certificate is null ? [] : [X509CertificateLoader.LoadCertificate(certificate.GetRawCertData())];

        // Some platforms list the server's own certificate among the others.
        private static X509Certificate2[] SentBy(X509Certificate? own, X509Chain? chain)
        {
            X509Certificate2[] others = [.. (chain?.ChainPolicy.ExtraStore ?? []).SelectMany(Copy)];
            bool repeated = own is not null && others is [var first, ..] && first.RawDataMemory.Span.SequenceEqual(own.GetRawCertData());
            return [.. Copy(own), .. repeated ? others.Skip(1) : others];
        }
    }
}
