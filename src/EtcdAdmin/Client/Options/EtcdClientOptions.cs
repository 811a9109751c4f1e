namespace EtcdAdmin.Client.Options;

/// <summary>How to reach a cluster. Immutable, so one value serves any number of clients.</summary>
public sealed record EtcdClientOptions
{
    /// <summary>The client URLs, <c>http</c> or <c>https</c>; at least one. The first that answers is kept to until it fails.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>What <c>https</c> endpoints are trusted by and shown; null trusts the system's authorities and shows nothing.</summary>
    public EtcdTls? Tls { get; init; }

    /// <summary>The user; null asks without one. A cluster without authentication ignores it, as etcdctl does.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>The longest wait for one connection, TLS included; default 3 seconds.</summary>
    /// <remarks>Well below <see cref="CallTimeout"/>, so that a dead address leaves time for the others.</remarks>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The longest wait for one call, all attempts together; default 10 seconds, null waits without end.</summary>
    /// <remarks>
    /// For streams it bounds the wait for the server's first answer. Calls that wait by nature (defragmentation, physical
    /// compaction, lock, campaign) are bounded by their token alone; a dead connection ends them too.
    /// </remarks>
    public TimeSpan? CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>False lets the first failure of a call stand, for those who want to know just that; default true.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>The clock that deadlines and waits go by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Refuses what can never work.</summary>
    /// <exception cref="ArgumentException">No endpoint, or one that is not an absolute http or https URL, or a timeout that is not positive.</exception>
    internal void Check()
    {
        if (Endpoints is null || Endpoints.Count == 0) throw new ArgumentException("At least one endpoint is needed.");
        foreach (Uri endpoint in Endpoints)
        {
            if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
                throw new ArgumentException($"Endpoint '{endpoint}' is not an http or https URL.");
        }

        if (ConnectTimeout <= TimeSpan.Zero) throw new ArgumentException("ConnectTimeout must be positive.");
        if (CallTimeout <= TimeSpan.Zero) throw new ArgumentException("CallTimeout must be positive, or null for no limit.");
    }
}
