using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Options;
using EtcdAdmin.Client.Rpc;
using EtcdAdmin.Clusters;
using EtcdAdmin.Security;
using EtcdAdmin.Text;

namespace EtcdAdmin.Diagnosis.Handshakes;

/// <summary>Puts what the connections to an endpoint showed into words.</summary>
/// <param name="cluster">The trust and the client certificate.</param>
/// <param name="found">What the connections showed.</param>
/// <param name="now">This machine's time.</param>
/// <param name="warnDays">A certificate that is valid for fewer days is named.</param>
internal sealed class TlsVerdict(EtcdCluster cluster, EndpointFindings found, DateTimeOffset now, int warnDays)
{
    // Dates in answers have whole seconds, and an answer takes its time.
    private static readonly TimeSpan NoSkew = TimeSpan.FromSeconds(5);

    private readonly EtcdTls? _tls = cluster.Client.Options.Tls;

    private X509Certificate2? Client => _tls?.ClientCertificate;

    private TimeSpan? Skew => found.Own?.ClockSkew ?? found.Anonymous?.ClockSkew;

    // The trial with the client certificate shows the complete chain with every version of TLS.
    private IReadOnlyList<X509Certificate2> Sent =>
        new[] { found.Own, found.Anonymous }.MaxBy(trial => trial?.Sent.Count ?? 0)?.Sent ?? [];

    /// <summary>The result for the endpoint.</summary>
    /// <param name="member">The name of the member; null if unknown.</param>
    public EtcdTlsResult ToResult(string? member)
    {
        CertificateInfo[] chain = [.. Sent.Select(certificate => CertificateInfo.From(certificate, EndpointUrl.Show(found.Endpoint)))];
        TlsFinding? byTheirClock = found.Failure is null ? ByTheirClock() : null;
        bool plain = found.Own is null;
        SslProtocols? protocol = found.Own?.Protocol ?? found.Anonymous?.Protocol;
        return new EtcdTlsResult
        {
            Cluster = cluster.Name,
            Member = member,
            Endpoint = EndpointUrl.Show(found.Endpoint),
            Passed = found.Failure is null && byTheirClock is null && !plain,
            Verdict = string.Join(" ", Sentences(chain, byTheirClock)),
            NextStep = NextStep(byTheirClock),
            Protocol = protocol is { } version ? NameOf(version) : null,
            CipherSuite = (found.Own?.CipherSuite ?? found.Anonymous?.CipherSuite)?.ToString(),
            DaysLeft = chain is [var own, ..] ? CertificateInfo.DaysUntil(own.NotAfter, now) : null,
            Chain = chain,
            Trusted = (found.Own?.Findings ?? found.Anonymous?.Findings) is { } findings ? !findings.Any(finding => finding.IsForeign) : null,
            Trust = Trust,
            ClientCertificate = Demand,
            ClientAuthorities = found.Anonymous?.Authorities ?? [],
            ClientSubject = plain ? null : Client?.Subject,
            ClientAccepted = Client is null || plain || found.Own?.Sent.Count == 0 ? null : found.Own?.Answered,
            ClockSkew = Skew,
        };
    }

    private string Trust => _tls is { CertificateAuthorities.Count: > 0 } ? _tls.Sources.CertificateAuthorities : "this system";

    private ClientCertificateDemand Demand => found.Anonymous switch
    {
        { AsksForCertificate: true, Answered: true } => ClientCertificateDemand.Optional,
        { AsksForCertificate: true } => ClientCertificateDemand.Required,
        { Protocol: not null } => ClientCertificateDemand.NotRequested,
        _ => ClientCertificateDemand.Unknown,
    };

    private IEnumerable<string> Sentences(CertificateInfo[] chain, TlsFinding? byTheirClock)
    {
        if (found.Failure is { } failure) yield return Sentence(failure);
        else if (found.Own is null) yield return "The endpoint answers plain HTTP: keys, passwords and data are not encrypted.";
        else yield return $"TLS works: the certificate is trusted by {Trust}, and {Clients()}.";
        if (byTheirClock is not null) yield return $"For clients and members whose clocks agree with the server's, {byTheirClock.Text}.";
        if (Skew is { } skew && skew.Duration() > NoSkew) yield return ClockSentence(skew);
        if (found.Failure is null && chain is [var own, ..] && CertificateInfo.DaysUntil(own.NotAfter, now) is var days && days < warnDays)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The certificate expires in {days} day(s), on {TlsFinding.Show(own.NotAfter)}.");
        }

        if (found.Failure is not null && Client is not null && Demand is not ClientCertificateDemand.Unknown
            && found.Own is { Sent.Count: > 0, Answered: false } && found.Anonymous is { Authorities.Count: > 0 } accepting)
            yield return $"The server says that it accepts client certificates of {string.Join(", ", accepting.Authorities)}.";
    }

    private string Clients() => (Demand, Client) switch
    {
        (ClientCertificateDemand.NotRequested, null) => "the server asks for no client certificate",
        (ClientCertificateDemand.NotRequested, { } own) => $"the server asks for no client certificate, so '{own.Subject}' is not used",
        (ClientCertificateDemand.Optional, null) => "the server accepts clients without a certificate too",
        (ClientCertificateDemand.Optional, { } own) => $"the server accepts '{own.Subject}', and clients without a certificate too",
        (_, { } own) => $"the server requires a client certificate and accepts '{own.Subject}'",
        _ => "the server accepts this client",
    };

    private string ClockSentence(TimeSpan skew)
    {
        string clock = $"The server's clock says {TlsFinding.Show(now + skew)}, "
            + $"{DurationText.Show(skew)} {(skew < TimeSpan.Zero ? "behind" : "ahead of")} this machine's";
        return Certificates().Any(certificate => !IsValid(certificate, now) && IsValid(certificate, now + skew))
            ? clock + ": by the server's clock, the certificate is valid."
            : clock + ".";
    }

    private IEnumerable<X509Certificate2> Certificates() => Client is { } own && found.Own is not null ? Sent.Append(own) : Sent;

    private static bool IsValid(X509Certificate2 certificate, DateTimeOffset time) =>
        certificate.NotBefore.ToUniversalTime() <= time && time <= certificate.NotAfter.ToUniversalTime();

    private TlsFinding? ByTheirClock() => Skew is { } skew && skew.Duration() > NoSkew
        ? Sent.Select(certificate => TlsFinding.OfDates(certificate, "the server's chain", now + skew, "renew it", "the server's clock"))
            .FirstOrDefault(finding => finding is not null)
        : null;

    private string? NextStep(TlsFinding? byTheirClock)
    {
        if (Skew is { } skew && skew.Duration() > NoSkew
            && Certificates().Any(certificate => IsValid(certificate, now) != IsValid(certificate, now + skew)))
            return "Compare both clocks with the right time (date -u), and correct the wrong one; let NTP keep them (timedatectl, chronyc tracking).";
        if (byTheirClock is not null) return byTheirClock.NextStep;
        if (found.Failure is { } failure) return failure.NextStep;
        return found.Own is null ? "Use an endpoint with https, if the members have one." : null;
    }

    private static string Sentence(EtcdRpcException failure)
    {
        string text = failure.Message;
        int start = text.IndexOf(" failed: ", StringComparison.Ordinal);
        if (text.StartsWith("TLS with ", StringComparison.Ordinal) && start > 0) text = text[(start + " failed: ".Length)..];
        return char.ToUpperInvariant(text[0]) + text[1..].TrimEnd('.') + ".";
    }

    private static string NameOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "TLS 1.2",
        SslProtocols.Tls13 => "TLS 1.3",
        _ => protocol.ToString(),
    };
}
