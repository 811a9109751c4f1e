using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Security;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Checks the remaining validity of certificates.</summary>
/// <param name="cluster">The cluster of the members.</param>
/// <param name="warnDays">Fewer days than this are a problem.</param>
/// <param name="clock">The clock.</param>
internal sealed class CertificateEnd(EtcdCluster cluster, int warnDays, TimeProvider clock)
{
    /// <summary>Full days until a member's certificate expires; negative once it has; null if it has none.</summary>
    public int? DaysLeft(Uri? endpoint) => EndOf(endpoint) is { } end ? Days(end) : null;

    /// <summary>The problem of a member's certificate, as part of a sentence; null if there is none.</summary>
    public string? TroubleOf(Uri? endpoint)
    {
        if (EndOf(endpoint) is not { } end) return null;
        if (Days(end) < warnDays) return $"its certificate {Ends(end)}";
        // When an authority expires, all certificates that it issued are no longer trusted. The endpoint is not null: its end is known.
        return cluster.Client.FactsOf(endpoint!)?.FirstAuthorityToEnd is { } authority && Days(End(authority)) < warnDays
            ? $"the authority '{Name(authority)}' of its certificate {Ends(End(authority))}"
            : null;
    }

    /// <summary>Reads the certificate again if it expires soon: an open connection shows the certificate from when it was made, and the member may
    /// have a new one since.</summary>
    public async Task RefreshAsync(Uri endpoint, HealthRound round)
    {
        if (TroubleOf(endpoint) is null) return;
        try
        {
            await round.WithinAsync(async token =>
            {
                await cluster.Client.ForEndpoint(endpoint).LookAtCertificatesAsync(token).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The earlier certificate counts.
        }
    }

    /// <summary>The problem of the operator's client certificate, as sentences with the next step; null if there is none.</summary>
    public string? OwnWarning()
    {
        if (cluster.Client.Options.Tls is not { ClientCertificate: { } own } tls) return null;
        DateTimeOffset begin = own.NotBefore.ToUniversalTime();
        string whose = $"The client certificate '{Name(own)}' for cluster '{cluster.Name}'";
        if (begin > clock.GetUtcNow()) return $"{whose} is not valid before {Text(begin)}. Check the clock of this machine.";
        string next = cluster.IsManaged
            ? $"Renew it: Update-EtcdCertificate {cluster.Name} -DaysLeft {warnDays}."
            : "Get a new certificate from the authority of the cluster, and connect again with Connect-EtcdCluster.";
        if (Days(End(own)) < warnDays) return $"{whose} {Ends(End(own))}. {next}";
        return tls.AuthoritiesOfClient(clock.GetUtcNow()).FirstOrDefault(authority => Days(End(authority)) < warnDays) is { } ending
            ? $"{whose} depends on the CA '{Name(ending)}', whose certificate in the same file {Ends(End(ending))}. {next}"
            : null;
    }

    private static string Name(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private static DateTimeOffset End(X509Certificate2 certificate) => certificate.NotAfter.ToUniversalTime();

    private DateTimeOffset? EndOf(Uri? endpoint) => endpoint is null ? null : cluster.Client.FactsOf(endpoint)?.CertificateNotAfter;

    private int Days(DateTimeOffset end) => CertificateInfo.DaysUntil(end, clock.GetUtcNow());

    private string Ends(DateTimeOffset end)
    {
        int days = Days(end);
        if (days < 0) return $"expired on {Text(end)}";
        string left = days switch
        {
            0 => "in less than one day",
            1 => "in 1 day",
            _ => string.Create(CultureInfo.InvariantCulture, $"in {days} days"),
        };
        return $"expires {left}, on {Text(end)}";
    }

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
