using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using EtcdAdmin.Client.Records;
using EtcdAdmin.Text;

namespace EtcdAdmin.Client.Rpc;

/// <summary>Stores facts about endpoints: their certificates, their clocks.</summary>
internal sealed class EndpointBook(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, EndpointFacts> _facts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The facts about an endpoint; null if it has not been reached.</summary>
    public EndpointFacts? Of(Uri endpoint) => _facts.GetValueOrDefault(EndpointUrl.ShowAuthority(endpoint));

    public void RecordCertificate(Uri endpoint, DateTimeOffset notAfter, X509Certificate2? firstAuthorityToEnd) =>
        Note(endpoint, facts => facts with { CertificateNotAfter = notAfter, FirstAuthorityToEnd = firstAuthorityToEnd });

    /// <summary>Records the date of an answer, which has full seconds: a difference below one second counts as none.</summary>
    public void RecordDate(Uri endpoint, DateTimeOffset? date)
    {
        if (date is not { } theirs) return;
        TimeSpan skew = SkewOf(theirs, clock.GetUtcNow());
        Note(endpoint, facts => facts with { ClockSkew = skew });
    }

    /// <summary>How far a server's clock is ahead, in whole seconds; a difference below one second counts as none.</summary>
    /// <param name="theirs">The date of an answer that just arrived.</param>
    /// <param name="now">This machine's time.</param>
    public static TimeSpan SkewOf(DateTimeOffset theirs, DateTimeOffset now)
    {
        TimeSpan ahead = theirs - now;
        // The date has no fraction of a second, so the true clock was up to one second later.
        TimeSpan skew = ahead > TimeSpan.Zero ? ahead : ahead < -TimeSpan.FromSeconds(1) ? ahead + TimeSpan.FromSeconds(1) : TimeSpan.Zero;
        return TimeSpan.FromSeconds(Math.Round(skew.TotalSeconds));
    }

    private void Note(Uri endpoint, Func<EndpointFacts, EndpointFacts> change) =>
        _facts.AddOrUpdate(EndpointUrl.ShowAuthority(endpoint), _ => change(new EndpointFacts()), (_, facts) => change(facts));
}
