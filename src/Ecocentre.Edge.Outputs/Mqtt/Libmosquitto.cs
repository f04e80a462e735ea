using System.Runtime.InteropServices;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>The functions and numbers of <c>libmosquitto.so.1</c> that are used, as in <c>mosquitto.h</c> and <c>mqtt_protocol.h</c> of
/// 2.0.11 (Debian 12). The library keeps this interface since 1.6.</summary>
/// <remarks>A handle belongs to one thread, which makes every call on it; callbacks come back on that thread, inside a call.</remarks>
internal static unsafe partial class Libmosquitto
{
    private const string Library = "libmosquitto.so.1";

    // enum mosq_opt_t
    public const int OptionProtocolVersion = 1;
    public const int OptionReceiveMaximum = 4;
    public const int OptionSendMaximum = 5;
    public const int OptionTcpNoDelay = 11;

    // MQTT_PROTOCOL_V5
    public const int ProtocolV5 = 5;

    // enum mosq_err_t
    public const int Success = 0;
    public const int OutOfMemory = 1;
    public const int Invalid = 3;
    public const int ConnectionLost = 7;
    public const int TlsFailed = 8;
    public const int PayloadSize = 9;
    public const int SystemError = 14;
    public const int NameLookup = 15;
    public const int MalformedUtf8 = 18;
    public const int KeepAliveExceeded = 19;
    public const int QosNotSupported = 24;
    public const int OversizePacket = 25;

    // MQTT 5, section 2.2.2.2
    public const int PropertySessionExpiryInterval = 17;
    public const int PropertyUserProperty = 38;
    public const int PropertyMaximumPacketSize = 39;

    // MQTT 5, section 2.4: reason codes from here on are failures.
    public const int ReasonFailure = 0x80;

    // MOSQ_LOG_ERR
    public const int LogError = 8;

    // x509_vfy.h of OpenSSL 3: what verifying a chain of certificates gave.
    public const int VerifyUnknown = -1;
    public const int VerifyOk = 0;
    public const int VerifyNotYetValid = 9;
    public const int VerifyExpired = 10;
    public const int VerifySelfSigned = 18;
    public const int VerifyHostMismatch = 62;
    public const int VerifyAddressMismatch = 64;

    // The library that libmosquitto is linked with, in Debian 12 and 13.
    private const string OpenSsl = "libssl.so.3";

    private static readonly Lock Loading = new();
    private static bool _loaded;

    /// <summary>Loads the library, once.</summary>
    /// <exception cref="DllNotFoundException">It is not installed; the message names the package.</exception>
    public static void Load()
    {
        lock (Loading)
        {
            if (_loaded) return;
            if (!NativeLibrary.TryLoad(Library, out _))
                throw new DllNotFoundException($"MQTT needs {Library}, which is not on this machine: install the Debian package libmosquitto1.");
            // Not thread-safe in the library, hence the lock. Its counterpart is left to the end of the process.
            _ = mosquitto_lib_init();
            _loaded = true;
        }
    }

    /// <summary>What the library, or the system for <see cref="SystemError"/>, says to an error code.</summary>
    public static string Words(int code, int systemError) => code == SystemError && systemError != 0
        ? Marshal.GetPInvokeErrorMessage(systemError)
        : Marshal.PtrToStringUTF8(mosquitto_strerror(code)) ?? $"error {code}";

    /// <summary>Why OpenSSL does not believe the other side's certificate; to be asked while the connection is still there, as in a callback.</summary>
    /// <returns><see cref="VerifyUnknown"/> when it cannot be asked.</returns>
    public static int VerifyResult(nint handle)
    {
        try
        {
            var ssl = mosquitto_ssl_get(handle);
            return ssl == 0 ? VerifyUnknown : (int)SSL_get_verify_result(ssl);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return VerifyUnknown;
        }
    }

    /// <summary>The standard's name of a reason code.</summary>
    public static string Reason(int code) => Marshal.PtrToStringUTF8(mosquitto_reason_string(code)) ?? $"reason {code}";

    /// <summary>struct mosquitto_message</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public int Id;
        public byte* Topic;
        public byte* Payload;
        public int PayloadLength;
        public int Qos;
        public byte Retain;
    }

    [LibraryImport(Library)]
    private static partial int mosquitto_lib_init();

    [LibraryImport(Library)]
    private static partial nint mosquitto_ssl_get(nint handle);

    [LibraryImport(OpenSsl)]
    private static partial nint SSL_get_verify_result(nint ssl);

    [LibraryImport(Library)]
    private static partial nint mosquitto_strerror(int code);

    [LibraryImport(Library)]
    private static partial nint mosquitto_reason_string(int code);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint mosquitto_new(string id, byte cleanSession, nint context);

    [LibraryImport(Library)]
    public static partial void mosquitto_destroy(nint handle);

    [LibraryImport(Library)]
    public static partial int mosquitto_int_option(nint handle, int option, int value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_username_pw_set(nint handle, string user, string? password);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_will_set(nint handle, string topic, int payloadLength, byte* payload, int qos, byte retain);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_tls_set(
        nint handle, string? authorityFile, string? authorityFolder, string? certificateFile, string? keyFile,
        delegate* unmanaged[Cdecl]<byte*, int, int, nint, int> askPassword);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_connect_bind_v5(nint handle, string host, int port, int keepAlive, string? bindAddress, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int mosquitto_connect_bind_async(nint handle, string host, int port, int keepAlive, string? bindAddress);

    [LibraryImport(Library)]
    public static partial int mosquitto_disconnect_v5(nint handle, int reason, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_publish_v5(
        nint handle, out int id, string topic, int payloadLength, byte* payload, int qos, byte retain, nint properties);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_subscribe_v5(nint handle, out int id, string filter, int qos, int options, nint properties);

    [LibraryImport(Library)]
    public static partial int mosquitto_socket(nint handle);

    [LibraryImport(Library)]
    public static partial byte mosquitto_want_write(nint handle);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int mosquitto_loop_read(nint handle, int packetsMax);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int mosquitto_loop_write(nint handle, int packetsMax);

    [LibraryImport(Library)]
    public static partial int mosquitto_loop_misc(nint handle);

    [LibraryImport(Library)]
    public static partial void mosquitto_connect_v5_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void mosquitto_disconnect_v5_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void mosquitto_publish_v5_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void mosquitto_message_v5_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, Message*, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void mosquitto_subscribe_v5_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, int, int, int*, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void mosquitto_log_callback_set(nint handle, delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void> callback);

    [LibraryImport(Library)]
    public static partial int mosquitto_property_add_int32(ref nint properties, int identifier, uint value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mosquitto_property_add_string_pair(ref nint properties, int identifier, string name, string value);

    [LibraryImport(Library)]
    public static partial nint mosquitto_property_read_int32(nint properties, int identifier, out uint value, byte skipFirst);

    [LibraryImport(Library)]
    public static partial nint mosquitto_property_read_string_pair(nint properties, int identifier, out byte* name, out byte* value, byte skipFirst);

    [LibraryImport(Library)]
    public static partial void mosquitto_property_free_all(ref nint properties);
}
