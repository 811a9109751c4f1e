namespace EtcdAdmin.Client.Rpc;

/// <summary>The endpoints of a client and the one that answered last, where every call starts.</summary>
internal sealed class EndpointSet(IReadOnlyList<Uri> endpoints)
{
    private int _preferred;

    public int Count => endpoints.Count;

    /// <summary>The position where the next call starts.</summary>
    public int Preferred => Volatile.Read(ref _preferred);

    /// <summary>The endpoint at a position; positions wrap around.</summary>
    public Uri this[int position] => endpoints[position % endpoints.Count];

    /// <summary>Calls start at this position from now on.</summary>
    public void Prefer(int position) => Volatile.Write(ref _preferred, position % endpoints.Count);

    /// <summary>Calls start at another position from now on, unless another call has found a better one meanwhile.</summary>
    public void PassOver(int position) =>
        Interlocked.CompareExchange(ref _preferred, (position + 1) % endpoints.Count, position % endpoints.Count);
}
