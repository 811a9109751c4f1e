using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace EtcdAdmin.Database.Schema;

/// <summary>Reads the protobuf messages that etcd keeps in its buckets.</summary>
internal static class SchemaMessage
{
    /// <summary>Reads one; false where these bytes are none.</summary>
    /// <remarks>Fields that are not known are passed over: kept, each would be an object, many times the size of its few bytes.</remarks>
    public static bool TryParse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out T? found)
        where T : class, IMessage<T>
    {
        try
        {
            found = parser.WithDiscardUnknownFields(true).ParseFrom(bytes);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            found = null;
            return false;
        }
    }
}
