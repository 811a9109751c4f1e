namespace EtcdAdmin.Client.Options;

/// <summary>The connection settings of a cluster. Immutable, so several clients can share them.</summary>
public sealed record EtcdClientOptions
{
    /// <summary>The client URLs, <c>http</c> or <c>https</c>; at least one. The first endpoint that answers is used until it fails.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    /// <summary>The TLS settings for <c>https</c> endpoints; null trusts the system's authorities and sends no client certificate.</summary>
    public EtcdTls? Tls { get; init; }

    /// <summary>The user; null sends no user. A cluster without authentication ignores it, as with etcdctl.</summary>
    public EtcdCredential? Credential { get; init; }

    /// <summary>The timeout for one connection, TLS included; default 3 seconds.</summary>
    /// <remarks>Well below <see cref="CallTimeout"/>, so that an unreachable address leaves time for other addresses.</remarks>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The timeout for one call with all its attempts; default 10 seconds, null means no timeout.</summary>
    /// <remarks>For streams it applies to the server's first answer. Calls that wait by design (defragmentation, physical compaction, lock, campaign)
    /// are limited only by their token; they also end if the connection breaks.</remarks>
    public TimeSpan? CallTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>False reports the first failure of a call without retries; default true.</summary>
    public bool Retry { get; init; } = true;

    /// <summary>The clock for deadlines and waits.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Refuses invalid options.</summary>
    /// <exception cref="ArgumentException">No endpoint, or one that is not an absolute http or https URL, or a timeout that is not
    /// positive.</exception>
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
