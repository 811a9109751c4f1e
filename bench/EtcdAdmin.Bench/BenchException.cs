namespace EtcdAdmin.Bench;

/// <summary>A measurement cannot be made; the message says why.</summary>
internal sealed class BenchException(string message) : Exception(message);
